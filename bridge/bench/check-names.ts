import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'

/** Throws BRIDGE_USAGE where one of the names is not valid. @param what - they name: `a fault or a phase` */
export function checkNames(what: string, names: readonly string[], valid: readonly string[]): void {
  const unknown = names.find((name) => !valid.includes(name))
  if (unknown === undefined) return
  throw new CodedError('BRIDGE_USAGE', `expected ${what}, found "${unknown}"`, {
    hint: unknownNameHint(unknown, valid),
  })
}
