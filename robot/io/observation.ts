import type { ControlSpec } from './spec.ts'
import type { ToolController } from './tool-controller.ts'

/** Object pose as a sensor delivered it: capture time, not arrival time. */
export interface ObjectMeasurement {
  /** In the base frame [m]. */
  xM: number
  yM: number
  /** Time since capture [s]. */
  ageS: number
  /** Whether it arrived since the previous policy step. */
  isFresh: boolean
}

/** Ages above this look the same to the policy [s]. */
export const OLDEST_AGE_S = 1

/**
 * Writes one observation in the order of `createControlSpec`. The same function fills the policy's
 * input in simulation and on an arm.
 *
 * @param measuredQ - joint positions of the active joints [numJoints], [rad]
 * @param goal - x, y in the base frame [m]
 * @param out - receives `observationSize(spec)` values from `offset` on
 */
export function writeObservation(
  spec: ControlSpec,
  controller: ToolController,
  measuredQ: Float64Array,
  object: ObjectMeasurement,
  goal: Float64Array,
  out: Float32Array,
  offset: number,
): void {
  const n = spec.joints.length
  const { measuredTip: tip, commandedTip, setpoint, previousAction, trim, trimJoints } = controller
  let o = offset
  for (let i = 0; i < n; i++) out[o++] = measuredQ[i]!
  for (let i = 0; i < n; i++) out[o++] = setpoint[i]! - measuredQ[i]!
  for (let i = 0; i < 3; i++) out[o++] = tip[i]!
  for (let i = 0; i < 3; i++) out[o++] = commandedTip[i]!
  out[o++] = object.xM
  out[o++] = object.yM
  out[o++] = Math.min(OLDEST_AGE_S, object.ageS)
  out[o++] = object.isFresh ? 1 : 0
  out[o++] = goal[0]!
  out[o++] = goal[1]!
  out[o++] = object.xM - tip[0]!
  out[o++] = object.yM - tip[1]!
  out[o++] = goal[0]! - object.xM
  out[o++] = goal[1]! - object.yM
  for (let i = 0; i < 3; i++) out[o++] = previousAction[i]!
  for (let i = 0; i < trimJoints.length; i++) out[o++] = trim[trimJoints[i]!]!
}
