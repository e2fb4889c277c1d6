import type { Sight } from './control.schema.ts'
import { type ControlSpec, sightOf } from './spec.ts'

/** Object pose as a sensor delivered it: capture time, not arrival time. */
export interface ObjectMeasurement {
  /** In the base frame [m]. */
  xM: number
  yM: number
  zM: number
  yawRad: number
  /** Time since capture [s]. */
  ageS: number
  /** Whether it arrived since the previous policy step. */
  isFresh: boolean
}

/** What an observation tells of the controller, as `ToolController` has it. */
export interface ControllerView {
  readonly measuredTip: Float64Array
  readonly measuredYaw: number
  readonly commandedTip: Float64Array
  readonly setpoint: Float64Array
  readonly previousAction: Float64Array
  readonly trim: Float64Array
  readonly trimJoints: Int32Array
}

/** A measurement of nothing yet. */
export function createMeasurement(): ObjectMeasurement {
  return { xM: 0, yM: 0, zM: 0, yawRad: 0, ageS: 0, isFresh: false }
}

/** Ages above this look the same to the policy [s]. */
export const OLDEST_AGE_S = 1

/**
 * Writes one observation in the order of `createControlSpec`. The same function fills the policy's
 * input in simulation and on an arm.
 *
 * @param measuredQ - joint positions of the active joints [numJoints], [rad]
 * @param objects - as many as the spec's control sees, in its order
 * @param goal - place in the base frame [m], then yaw [rad] if it has one [goalSize]
 * @param out - receives `observationSize(spec)` values from `offset` on
 */
export function writeObservation(
  spec: ControlSpec,
  controller: ControllerView,
  measuredQ: Float64Array,
  objects: readonly ObjectMeasurement[],
  goal: Float64Array,
  out: Float32Array,
  offset: number,
): void {
  const n = spec.joints.length
  const { measuredTip: tip, commandedTip, setpoint, previousAction, trim, trimJoints } = controller
  const sight = sightOf(spec.control)
  const goalYaw = goal[sight.goal.height ? 3 : 2]!
  const goalZ = sight.goal.height ? goal[2]! : 0
  let o = offset
  for (let i = 0; i < n; i++) out[o++] = measuredQ[i]!
  for (let i = 0; i < n; i++) out[o++] = setpoint[i]! - measuredQ[i]!
  for (let i = 0; i < 3; i++) out[o++] = tip[i]!
  for (let i = 0; i < 3; i++) out[o++] = commandedTip[i]!
  for (let k = 0; k < objects.length; k++) {
    const object = objects[k]!
    const how = sight.objects[k]!
    o = writePlace(how, object.xM, object.yM, object.zM, out, o)
    o = writeYaw(how, object.yawRad, out, o)
    out[o++] = Math.min(OLDEST_AGE_S, object.ageS)
    out[o++] = object.isFresh ? 1 : 0
  }
  o = writePlace(sight.goal, goal[0]!, goal[1]!, goalZ, out, o)
  o = writeYaw(sight.goal, goalYaw, out, o)
  for (let k = 0; k < objects.length; k++) {
    const { xM, yM, zM, yawRad } = objects[k]!
    const how = sight.objects[k]!
    o = writePlace(how, xM - tip[0]!, yM - tip[1]!, zM - tip[2]!, out, o)
    o = writeYaw(how, yawRad - controller.measuredYaw, out, o)
  }
  const first = objects[0]
  const fromX = first ? first.xM : tip[0]!
  const fromY = first ? first.yM : tip[1]!
  const fromZ = first ? first.zM : tip[2]!
  o = writePlace(sight.goal, goal[0]! - fromX, goal[1]! - fromY, goalZ - fromZ, out, o)
  if (first) o = writeYaw(sight.goal, goalYaw - first.yawRad, out, o)
  if (first && sight.fromObject) {
    o = writeFromObject(first, sight.objects[0]!.yawSymmetry, controller, goal, out, o)
  }
  for (let i = 0; i < previousAction.length; i++) out[o++] = previousAction[i]!
  for (let i = 0; i < trimJoints.length; i++) out[o++] = trim[trimJoints[i]!]!
}

function writePlace(
  { height }: Sight,
  x: number,
  y: number,
  z: number,
  out: Float32Array,
  offset: number,
): number {
  out[offset] = x
  out[offset + 1] = y
  if (height) out[offset + 2] = z
  return offset + (height ? 3 : 2)
}

function writeYaw({ yawSymmetry }: Sight, yaw: number, out: Float32Array, offset: number): number {
  if (yawSymmetry === 0) return offset
  out[offset] = Math.cos(yawSymmetry * yaw)
  out[offset + 1] = Math.sin(yawSymmetry * yaw)
  return offset + 2
}

function writeFromObject(
  { xM, yM, yawRad }: ObjectMeasurement,
  yawSymmetry: number,
  { measuredTip: tip, commandedTip }: ControllerView,
  goal: Float64Array,
  out: Float32Array,
  offset: number,
): number {
  const turn = (2 * Math.PI) / Math.max(1, yawSymmetry)
  const towards = Math.atan2(yM - tip[1]!, xM - tip[0]!)
  const side = yawRad + turn * Math.round((towards - yawRad) / turn)
  const [cos, sin] = [Math.cos(side), Math.sin(side)]
  out[offset] = cos
  out[offset + 1] = sin
  writeTurned(tip[0]! - xM, tip[1]! - yM, cos, sin, out, offset + 2)
  writeTurned(commandedTip[0]! - xM, commandedTip[1]! - yM, cos, sin, out, offset + 4)
  writeTurned(goal[0]! - xM, goal[1]! - yM, cos, sin, out, offset + 6)
  return offset + 8
}

/** A way in the base frame as seen from a frame whose x axis is (cos, sin). */
function writeTurned(
  dx: number,
  dy: number,
  cos: number,
  sin: number,
  out: Float32Array,
  offset: number,
): void {
  out[offset] = cos * dx + sin * dy
  out[offset + 1] = cos * dy - sin * dx
}
