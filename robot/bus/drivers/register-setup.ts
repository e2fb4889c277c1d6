import { CodedError } from '../../../configs/load/coded-error.ts'
import type { JointDescription } from '../../model/arm.schema.ts'
import type { ControlTable } from '../protocols/control-table.ts'
import type { Register } from '../protocols/register.ts'

/** A register and the value that it is to have. */
export type WantedValue = readonly [Register, number]

/** What the arm's file wants in a servo's registers, by address: modes come before what they reset. */
export function wantedValues(joint: JointDescription, table: ControlTable): WantedValue[] {
  return Object.entries(joint.servo!.registers)
    .map(([name, value]): WantedValue => [table.find(name), value])
    .sort(([a], [b]) => a.address - b.address)
}

/** Throws ROBOT_SERVO_MISMATCH unless the servo of `joint` has `wanted` in the register. */
export function expectValue(
  joint: JointDescription,
  register: Register,
  wanted: number,
  found: number,
): void {
  if (wanted === found) return
  const isCalibrated = ['Homing_Offset', 'Drive_Mode'].includes(register.name)
  throw new CodedError(
    'ROBOT_SERVO_MISMATCH',
    `servo ${joint.servo!.id} (${joint.name}) has ${found} in ${register.name}, wanted ${wanted}`,
    {
      hint: isCalibrated
        ? 'the calibration file is for another arm or an older homing: run sim2arm calibrate'
        : 'check the arm file against the servo, and its supply voltage variant',
      details: { joint: joint.name, register: register.name, wanted, found },
    },
  )
}
