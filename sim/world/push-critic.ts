import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState } from '../engines/engine.ts'
import type { PushArm } from './push-arm.ts'

const FIXED_FEATURES = 3 * 7 + 1 + 4 + 2 + 2 + 1 + 3 + 2

/** An object that fell off the table is this far away at most, and this fast [m, m/s]: enough to know. */
const LOST_M = 0.6
const LOST_M_PER_S = 2

/** Size of the critic's input: true state, time, previous action, and the draw's coordinates. */
export function criticSize(numJoints: number, numCoordinates: number): number {
  return 3 * numJoints + FIXED_FEATURES + numCoordinates
}

/** Writes what only a simulator knows; order is fixed, units SI. */
export function writeCritic(
  arm: PushArm,
  state: ArmState,
  timeShare: number,
  out: Float32Array,
  offset: number,
): void {
  const { q, qd, tip, tipVelocity, tipForce, objectPosition: p } = state
  const n = q.length
  const { goal, controller, draw } = arm
  let o = offset
  for (let i = 0; i < n; i++) out[o++] = q[i]!
  for (let i = 0; i < n; i++) out[o++] = qd[i]!
  for (let i = 0; i < n; i++) out[o++] = arm.target[i]! - q[i]!
  for (let i = 0; i < 3; i++) out[o++] = tip[i]!
  for (let i = 0; i < 3; i++) out[o++] = tipVelocity[i]!
  for (let i = 0; i < 3; i++) out[o++] = tipForce[i]!
  for (let i = 0; i < 3; i++) out[o++] = clamp(p[i]!, -LOST_M, LOST_M)
  for (let i = 0; i < 3; i++)
    out[o++] = clamp(state.objectVelocity[i]!, -LOST_M_PER_S, LOST_M_PER_S)
  for (let i = 0; i < 3; i++) out[o++] = state.objectAngularVelocity[i]!
  for (let i = 0; i < 3; i++) out[o++] = clamp(p[i]! - tip[i]!, -LOST_M, LOST_M)
  const gx = goal[0]! - p[0]!
  const gy = goal[1]! - p[1]!
  const distance = Math.hypot(gx, gy) + 1e-6
  out[o++] = Math.min(distance, LOST_M)
  out[o++] = clamp(gx, -LOST_M, LOST_M)
  out[o++] = clamp(gy, -LOST_M, LOST_M)
  out[o++] = gx / distance
  out[o++] = gy / distance
  out[o++] = goal[0]!
  out[o++] = goal[1]!
  out[o++] = controller.commandedTip[0]! - tip[0]!
  out[o++] = controller.commandedTip[1]! - tip[1]!
  out[o++] = timeShare
  for (let i = 0; i < 3; i++) out[o++] = controller.previousAction[i]!
  out[o++] = arm.object.ageS
  out[o++] = arm.object.isFresh ? 1 : 0
  for (let i = 0; i < draw.coordinates.length; i++) out[o++] = draw.coordinates[i]!
}
