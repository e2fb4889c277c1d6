import { type DynamixelModel, EEPROM_END } from '../../protocols/dynamixel/control-table.ts'
import type { RegisterMemory } from '../register-memory.ts'
import { TUNING } from './registers.ts'

type Span = readonly [start: number, end: number]

/** What an X servo has put aside: its EEPROM, gains, profile and indirect addresses. Outlives restarts. */
export class TableBackup {
  readonly #ram: readonly Span[]
  #bytes: Uint8Array | undefined

  constructor({ indirect }: DynamixelModel) {
    this.#ram = [
      ...TUNING.map(({ address, size }): Span => [address, address + size]),
      ...indirect.map(({ address, count }): Span => [address, address + 2 * count]),
    ]
  }

  get isReady(): boolean {
    return this.#bytes !== undefined
  }

  store({ bytes }: RegisterMemory): void {
    this.#bytes = bytes.slice()
  }

  /** Brings the EEPROM back; it counts from a restart on. */
  restoreKept({ kept }: RegisterMemory): void {
    if (this.#bytes !== undefined) kept.set(this.#bytes.subarray(0, EEPROM_END))
  }

  /** Brings the rest back. */
  restoreRam({ bytes }: RegisterMemory): void {
    for (const [start, end] of this.#ram) {
      if (this.#bytes !== undefined) bytes.set(this.#bytes.subarray(start, end), start)
    }
  }
}
