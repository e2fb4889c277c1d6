import type { ControlTable } from '../protocols/control-table.ts'
import {
  decodeRegister,
  encodeRegister,
  putRegister,
  type Register,
} from '../protocols/register.ts'

/** Values that differ from a new servo's, by register name: id, baud code, limits, … */
export type RegisterValues = Readonly<Record<string, number>>

/** Memory of one emulated servo: what its registers hold now, and what they hold after a power cycle. */
export class RegisterMemory {
  readonly table: ControlTable
  readonly bytes: Uint8Array
  /** Registers that are not kept have their factory values here. */
  readonly kept: Uint8Array

  constructor(table: ControlTable, values: RegisterValues = {}) {
    this.table = table
    this.kept = new Uint8Array(table.memoryBytes)
    for (const known of table.registers) {
      this.kept.set(encodeRegister(known, known.factory), known.address)
    }
    for (const [name, value] of Object.entries(values)) {
      const known = table.find(name)
      this.kept.set(encodeRegister(known, value), known.address)
    }
    this.bytes = this.kept.slice()
  }

  /** As after a power cycle. */
  restore(): void {
    this.bytes.set(this.kept)
  }

  get(of: Register): number {
    return decodeRegister(of, this.bytes)
  }

  /** Sets a register as the firmware does: no access rule, nothing kept. No allocation. */
  set(of: Register, value: number): void {
    putRegister(of, value, this.bytes, of.address)
  }

  /** Lets a register outlive a power cycle as it is now. */
  keep(of: Register): void {
    for (let at = of.address; at < of.address + of.size; at++) this.kept[at] = this.bytes[at]!
  }
}
