import { CodedError } from '../../configs/load/coded-error.ts'
import type { ObjectSource } from './sources.ts'

/** What a safety rule's stop is reported as; the arm holds where it is. */
export function stoppedBy(rule: string): CodedError {
  return new CodedError(
    'ROBOT_SAFETY_STOP',
    `safety rule ${rule} stopped the arm; it holds where it is`,
    { hint: hintFor(rule) },
  )
}

/** The same in a slow move before or after a run. */
export function slowMoveStoppedBy(rule: string): CodedError {
  const isInTheWay = rule === 'trackingError' || rule === 'stall'
  return new CodedError('ROBOT_SAFETY_STOP', `safety rule ${rule} stopped the slow move`, {
    hint: isInTheWay
      ? 'clear the way between the arm and its start, then try again'
      : hintFor(rule),
  })
}

/** The rule's stop after which the arm was parked. */
export function laidDown(rule: string): CodedError {
  return new CodedError(
    'ROBOT_SAFETY_STOP',
    `safety rule ${rule} ended the run; the arm is parked, torque off`,
    { hint: hintFor(rule) },
  )
}

/** @param object - with what came but could not be used */
export function sensorLost(
  ageS: number,
  { rejected, trouble }: Pick<ObjectSource, 'rejected' | 'trouble'>,
): CodedError {
  return new CodedError(
    'ROBOT_SENSOR_LOST',
    `no object pose newer than ${ageS.toFixed(1)} s${describeRejected(rejected, trouble)}; the arm holds where it is`,
    {
      hint: 'check that the sensor publishes, with stamps of this machine’s clock and a frame of baseFrames, or one that /tf places at that time',
    },
  )
}

/** What came but could not be used, by reason; empty where all could. */
export function describeRejected(
  rejected: Readonly<Record<string, number>>,
  trouble?: string | undefined,
): string {
  const counts = Object.entries(rejected).filter(([, count]) => count > 0)
  const reasons = counts.map(([reason, count]) => `${count} ${reason}`).join(', ')
  const parts = [...(reasons === '' ? [] : [`rejected: ${reasons}`]), ...(trouble ? [trouble] : [])]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

export function leaderLost(ageS: number): CodedError {
  return new CodedError(
    'ROBOT_SENSOR_LOST',
    `nothing was heard of the leader for ${ageS.toFixed(1)} s; the arm holds where it is`,
    { hint: 'check its cable and its power; without it nobody could take over' },
  )
}

export function policyNotANumber(): CodedError {
  return new CodedError('ROBOT_SAFETY_STOP', 'the policy answered with what is no number', {
    hint: 'look at the recorded observation: a sensor may have delivered what is no number',
  })
}

export function notParked(missRad: number): CodedError {
  return new CodedError(
    'ROBOT_SAFETY_STOP',
    `the arm is not parked: a joint is ${missRad.toFixed(2)} rad away; it holds where it is`,
    { hint: 'support the arm before you switch it off' },
  )
}

function hintFor(rule: string): string {
  if (rule === 'trackingError' || rule === 'stall')
    return 'a joint did not follow: look for an obstacle, a slipped horn or a weak supply'
  if (rule === 'servoHeat')
    return 'let the servos cool; look for a load that they hold all the time'
  if (rule === 'supplyVoltage') return 'check the power supply and its cable'
  if (rule === 'lostSensor') return 'look at what publishes the joints'
  if (rule === 'lostJoints') return 'servo replies are missing: check cable and power'
  return 'look at the recording around the stop'
}

/** An emergency stop of the network ended a run that cannot go on without. */
export function stoppedFromOutside(): CodedError {
  return new CodedError('ROBOT_SAFETY_STOP', 'stopped by /emergency_stop; the arm holds still', {
    hint: 'start again once it is safe: nothing on the network clears a stop',
  })
}

/** The arm’s driver gave no number for a joint. */
export function noReading(name: string): CodedError {
  return new CodedError('ROBOT_SERVO_FAULT', `joint ${name} reads what is no number`, {
    hint: 'look at what drives it: a state without numbers tells nothing about where the arm is',
  })
}
