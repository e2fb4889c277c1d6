import { CodedError } from '../../../configs/load/coded-error.ts'
import type { Register } from './register.ts'

/** The registers of one kind of servo. */
export interface ControlTable {
  readonly registers: readonly Register[]
  /** Readable addresses are 0 to this, exclusive. */
  readonly memoryBytes: number
  /** A register by name; case, spaces and underscores do not matter. Throws CONFIG_UNKNOWN_NAME. */
  find(name: string): Register
  has(name: string): boolean
  /** Whether an address survives a power cycle. */
  isKept(address: number): boolean
}

export interface ControlTableOptions {
  /** Whose registers, for messages. */
  readonly title: string
  readonly registers: readonly Register[]
  readonly memoryBytes: number
  readonly isKept: (address: number) => boolean
}

export function createControlTable(options: ControlTableOptions): ControlTable {
  const { title, registers } = options
  const byKey = new Map(registers.map((register) => [keyOf(register.name), register]))
  return {
    registers,
    memoryBytes: options.memoryBytes,
    isKept: options.isKept,
    has: (name) => byKey.has(keyOf(name)),
    find(name) {
      const register = byKey.get(keyOf(name))
      if (register !== undefined) return register
      throw new CodedError('CONFIG_UNKNOWN_NAME', `no ${title} servo register is called ${name}`, {
        hint: `registers: ${registers.map((known) => known.name).join(', ')}`,
      })
    },
  }
}

/** What of `byName` is meant by a model's name, such as `STS3215`. Throws CONFIG_UNKNOWN_NAME. */
export function findModel<Model>(
  byName: Readonly<Record<string, Model>>,
  model: string,
  vendor: string,
): Model {
  const found = Object.entries(byName).find(([name]) => keyOf(name) === keyOf(model))
  if (found !== undefined) return found[1]
  throw new CodedError('CONFIG_UNKNOWN_NAME', `no ${vendor} servo model is called ${model}`, {
    hint: `models: ${Object.keys(byName).join(', ')}`,
  })
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '')
}
