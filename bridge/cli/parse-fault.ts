import { CodedError } from '../../configs/load/coded-error.ts'
import { FAULTS, type FaultName, type ScheduledFault } from '../../robot/bus/twin/fault-schedule.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { parseAssignment } from './option-values.ts'

const NUMBER = String.raw`\d+(?:\.\d+)?(?:[eE]-?\d+)?`
/** Value, beginning and duration: `0.1`, `3@5`, `1@5+0.5`. */
const SCHEDULE = new RegExp(`^(${NUMBER})(?:@(${NUMBER})(?:\\+(${NUMBER}))?)?$`)

/**
 * What goes wrong with an emulated arm and when: `name=value`, from the beginning on and for good, unless
 * `@start` and `+seconds` follow. Throws BRIDGE_USAGE.
 */
export function parseFault(text: string, arm: ArmDescription): ScheduledFault {
  const { name, value } = parseAssignment(text)
  const words = SCHEDULE.exec(value)
  if (!Object.hasOwn(FAULTS, name) || words === null) {
    throw new CodedError('BRIDGE_USAGE', `no fault "${text}"`, {
      hint: `for example dropRate=0.1, jammedId=3@5+2; one of ${Object.keys(FAULTS).join(', ')}`,
    })
  }
  const number = Number(words[1])
  const known = name as FaultName
  const ids = arm.joints.flatMap(({ servo }) => (servo === undefined ? [] : [servo.id]))
  if (FAULTS[known].value === 'id' && !ids.includes(number)) {
    throw new CodedError('BRIDGE_USAGE', `${arm.name} has no servo ${number} for "${text}"`, {
      hint: `its servos are ${ids.join(', ')}`,
    })
  }
  if (FAULTS[known].value === 'share' && number > 1) {
    throw new CodedError('BRIDGE_USAGE', `"${text}" is a share: 0 to 1`, { hint: `${name}=0.1` })
  }
  const atS = words[2] === undefined ? 0 : Number(words[2])
  const forS = words[3] === undefined ? Number.POSITIVE_INFINITY : Number(words[3])
  return { name: known, value: number, atS, forS }
}
