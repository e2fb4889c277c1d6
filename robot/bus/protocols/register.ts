import { decodeSignMagnitude, encodeSignMagnitude } from './sign-magnitude.ts'

/** One register of a servo, little-endian. */
export interface Register {
  readonly name: string
  readonly address: number
  readonly size: 1 | 2 | 4
  readonly access: 'r' | 'rw'
  /** As a new servo has it. */
  readonly factory: number
  /** Signed as sign and magnitude, the sign in this bit … */
  readonly signBit?: number
  /** … or as two's complement. */
  readonly isComplement?: boolean
  /** Smallest and largest value that may be written, where the vendor states them. */
  readonly range?: readonly [number, number]
}

/** The register's value, signed where the register is, out of `bytes` that begin at `startAddress`. */
export function decodeRegister(register: Register, bytes: Uint8Array, startAddress = 0): number {
  const offset = register.address - startAddress
  let raw = 0
  for (let index = register.size - 1; index >= 0; index--) {
    raw = raw * 256 + bytes[offset + index]!
  }
  if (register.signBit !== undefined) return decodeSignMagnitude(raw, register.signBit)
  const numValues = 256 ** register.size
  return register.isComplement === true && raw >= numValues / 2 ? raw - numValues : raw
}

/** Bytes to write for `value`. */
export function encodeRegister(register: Register, value: number): Uint8Array {
  const bytes = new Uint8Array(register.size)
  putRegister(register, value, bytes, 0)
  return bytes
}

/** Puts the bytes of `value` at `offset`; allocates nothing. */
export function putRegister(
  register: Register,
  value: number,
  bytes: Uint8Array,
  offset: number,
): void {
  let raw = register.signBit === undefined ? value : encodeSignMagnitude(value, register.signBit)
  for (let index = 0; index < register.size; index++) {
    bytes[offset + index] = raw & 0xff
    raw >>= 8
  }
}
