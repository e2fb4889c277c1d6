import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'

/** Below which a recording tells next to nothing: how long [s], how often [Hz], how far the farthest joint [rad]. */
const LEAST_S = 5
const LEAST_RATE_HZ = 15
const LEAST_MOTION_RAD = 0.05
/** A joint that is told to turn by so much [rad] and turns by less than a share of it has no torque, or is held. */
const TOLD_RAD = 0.3
const HELD_SHARE = 0.1
/** A position is from before the cycle's command, give or take a rounded stamp, and from not so long before [s]. */
const LATEST_S = 0.001
const OLDEST_S = 1

/** Whether a track tells too little by its length alone. */
export const isTooShort = ({ timeS }: ArmTrack): boolean => timeS.at(-1)! < LEAST_S

/** Throws BRIDGE_RECORDING_INVALID where a recording of an arm says too little for a fit of `model`. */
export function checkTrack(
  { file, track, arm }: { file: string; track: ArmTrack; arm: Pick<ArmDescription, 'name'> },
  model: Pick<ArmModel, 'name' | 'jointNames'>,
): void {
  const invalid = (found: string, hint: string) =>
    new CodedError('BRIDGE_RECORDING_INVALID', `${file} ${found}`, { hint })
  if (arm.name !== model.name) {
    throw invalid(
      `is of a ${arm.name}, not of a ${model.name}`,
      'one arm at a time; --arm is what it is of',
    )
  }
  const missing = model.jointNames.find((name) => !track.jointNames.includes(name))
  if (missing !== undefined) throw invalid(`has no joint ${missing}`, 'record the whole arm')
  const { timeS, measured, command, measuredS = timeS } = track
  const endS = timeS.at(-1)!
  if (isTooShort(track)) {
    throw invalid(`is ${endS.toFixed(1)} s long`, `record ${LEAST_S} s or more`)
  }
  const rateHz = (timeS.length - 1) / endS
  if (rateHz < LEAST_RATE_HZ) {
    throw invalid(`has ${rateHz.toFixed(1)} commands per second`, `${LEAST_RATE_HZ} or more`)
  }
  const places = model.jointNames.map((name) => track.jointNames.indexOf(name))
  for (let k = 0; k < timeS.length; k++) {
    const wrong = places.findIndex(
      (place) => !Number.isFinite(measured[k]![place]! + command[k]![place]!),
    )
    if (wrong >= 0) {
      const where = `${model.jointNames[wrong]} at ${timeS[k]!.toFixed(2)} s`
      throw invalid(`has a position that is no number: ${where}`, 'cut it out, or record again')
    }
  }
  const backwards = timeS.findIndex((now, k) => k > 0 && now < timeS[k - 1]!)
  if (backwards >= 0) {
    const where = `at ${timeS[backwards - 1]!.toFixed(2)} s`
    throw invalid(`has time running backwards ${where}`, 'cut it there, or record again')
  }
  const astray = measuredS.findIndex(
    (stampS, k) => stampS > timeS[k]! + LATEST_S || stampS < timeS[k]! - OLDEST_S,
  )
  if (astray >= 0) {
    const ageS = (timeS[astray]! - measuredS[astray]!).toFixed(3)
    throw invalid(
      `has a position that is ${ageS} s old when its command goes out, at ${timeS[astray]!.toFixed(2)} s`,
      `0 to ${OLDEST_S} s: stamps of positions and commands are of one clock`,
    )
  }
  const held = places.findIndex((place) => {
    const toldRad = rangeOf(command, place)
    return toldRad > TOLD_RAD && rangeOf(measured, place) < HELD_SHARE * toldRad
  })
  if (held >= 0) {
    const toldRad = rangeOf(command, places[held]!).toFixed(2)
    throw invalid(
      `has a ${model.jointNames[held]} that was told to turn ${toldRad} rad and stood still`,
      'torque on, nothing in its way, and record again',
    )
  }
  const motionRad = Math.max(...places.map((place) => rangeOf(measured, place)))
  if (motionRad < LEAST_MOTION_RAD) {
    throw invalid(
      `has an arm that stands still, within ${motionRad.toFixed(3)} rad`,
      'record --excite',
    )
  }
}

function rangeOf(positions: readonly Float64Array[], place: number): number {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const each of positions) {
    low = Math.min(low, each[place]!)
    high = Math.max(high, each[place]!)
  }
  return high - low
}
