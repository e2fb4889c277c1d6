import type { Register } from './control-table.ts'
import { decodeSignMagnitude, encodeSignMagnitude } from './sign-magnitude.ts'

/** The register's value, signed where the register is, out of `bytes` that begin at `startAddress`. */
export function decodeRegister(register: Register, bytes: Uint8Array, startAddress = 0): number {
  const offset = register.address - startAddress
  const raw = register.size === 1 ? bytes[offset]! : bytes[offset]! | (bytes[offset + 1]! << 8)
  return register.signBit === undefined ? raw : decodeSignMagnitude(raw, register.signBit)
}

/** Bytes to write for `value`. */
export function encodeRegister(register: Register, value: number): Uint8Array {
  const raw = register.signBit === undefined ? value : encodeSignMagnitude(value, register.signBit)
  return register.size === 1
    ? Uint8Array.of(raw & 0xff)
    : Uint8Array.of(raw & 0xff, (raw >> 8) & 0xff)
}
