import { CodedError } from '../../../configs/load/coded-error.ts'
import type { JointCalibration } from '../../calibration/calibration.schema.ts'
import type { JointDescription } from '../../model/arm.schema.ts'
import { clamp } from '../../model/scalar.ts'
import { sleepFor } from '../../model/sleep.ts'
import type { ControlTable } from '../protocols/control-table.ts'
import { STEPS_PER_TURN } from '../protocols/encoder.ts'
import type { Register } from '../protocols/register.ts'
import type { ServoClient } from './servo-client.ts'
import type { ServoFacts, ServoFamily } from './servo-family.ts'

/** A register and the value that it is to have. */
export type WantedValue = readonly [Register, number]

/** What the arm's file wants in a servo's registers, by address: modes come before what they reset. */
export function wantedValues(joint: JointDescription, table: ControlTable): WantedValue[] {
  return Object.entries(joint.servo!.registers)
    .map(([name, value]): WantedValue => [table.find(name), value])
    .sort(([a], [b]) => a.address - b.address)
}

/**
 * The position limits that a servo needs so that it leaves its calibrated range by no goal whatsoever: narrower
 * ones of its own stay. What is right already is left out.
 * @param found - what the servo has [step]; both 0: it has no limits
 */
export function positionLimits(
  { minPosition, maxPosition }: ServoFamily['registers'],
  { minTicks, maxTicks }: JointCalibration,
  found: { readonly min: number; readonly max: number },
): WantedValue[] {
  const isOpen = found.min === 0 && found.max === 0
  const low = Math.max(found.min, minTicks)
  const high = Math.min(isOpen ? STEPS_PER_TURN - 1 : found.max, maxTicks)
  const wanted: WantedValue[] = []
  if (low !== found.min) wanted.push([minPosition, low])
  if (high !== found.max) wanted.push([maxPosition, high])
  return wanted
}

/** The goal that keeps a servo where it is, at a position of the calibration, or as near as it takes one [step]. */
export function standingGoal({ goalRange, turnSteps }: ServoFacts, positionSteps: number): number {
  const present = positionSteps + turnSteps
  return goalRange === undefined ? present : clamp(present, goalRange.min, goalRange.max)
}

/** A register of the EEPROM is not written under torque: the servo may jump, or not take it at all. */
export function heldByTorque(joint: JointDescription, [register, value]: WantedValue): CodedError {
  return new CodedError(
    'ROBOT_SERVO_MISMATCH',
    `servo ${joint.servo!.id} (${joint.name}) holds torque and does not take ${register.name} ${value}`,
    { hint: 'support the arm, switch its supply off and on, then try again' },
  )
}

/**
 * Writes the register of a servo's id. The acknowledgement may be lost, or come from the new id already: a servo that
 * answers there has taken it.
 */
export async function writeId(
  client: ServoClient,
  id: number,
  register: Register,
  newId: number,
): Promise<void> {
  try {
    await client.writeRegister(id, register, newId)
  } catch (error) {
    const isSilent = error instanceof CodedError && error.code === 'ROBOT_SERVO_SILENT'
    if (!isSilent || !(await client.isThere(newId))) throw error
  }
}

/** Replies that came late have come by then [s]. */
const STRAY_S = 0.1

/**
 * Reads a register and throws ROBOT_SERVO_MISMATCH unless it holds `wanted`. What does not is read twice: on a slow
 * machine it may be the late reply to the read before, of the same servo and as long.
 */
export async function expectRegister(
  client: ServoClient,
  joint: JointDescription,
  register: Register,
  wanted: number,
): Promise<void> {
  const { id } = joint.servo!
  let found = await client.readRegister(id, register)
  if (found !== wanted) {
    await sleepFor(client.clock, STRAY_S)
    found = await client.readRegister(id, register)
  }
  expectValue(joint, register, wanted, found)
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
