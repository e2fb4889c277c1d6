import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState } from '../engines/engine.ts'
import type { Task } from '../tasks/task.ts'
import type { ControlledArm } from './controlled-arm.ts'

/** Tip, its velocity and force; offset of the commanded tip; time. */
const FIXED = 9 + 2 + 1
/** Position, velocity, angular velocity, position from the tip. */
const PER_OBJECT = 12
/** Age and freshness. */
const PER_SENSOR = 2

/** An object that fell off the table is this far away at most, and this fast [m, m/s]: enough to know. */
const LOST_M = 0.6
const LOST_M_PER_S = 2

/** Size of the critic's input: true state, time, previous action, and the draw's coordinates. */
export function criticSize(arm: ControlledArm, numObjects: number, task: Task): number {
  const { controller, draw } = arm
  return (
    FIXED +
    3 * arm.measuredQ.length +
    PER_OBJECT * numObjects +
    PER_SENSOR * arm.objects.length +
    controller.previousAction.length +
    task.numFeatures +
    draw.coordinates.length
  )
}

/** Writes what only a simulator knows; order is fixed, units SI. */
export function writeCritic(
  arm: ControlledArm,
  task: Task,
  state: ArmState,
  timeShare: number,
  out: Float32Array,
  offset: number,
): void {
  const { q, qd, tip, tipVelocity, tipForce, objects } = state
  const n = q.length
  const { controller, draw } = arm
  let o = offset
  for (let i = 0; i < n; i++) out[o++] = q[i]!
  for (let i = 0; i < n; i++) out[o++] = qd[i]!
  for (let i = 0; i < n; i++) out[o++] = arm.target[i]! - q[i]!
  for (let i = 0; i < 3; i++) out[o++] = tip[i]!
  for (let i = 0; i < 3; i++) out[o++] = tipVelocity[i]!
  for (let i = 0; i < 3; i++) out[o++] = tipForce[i]!
  for (let k = 0; k < objects.length; k++) {
    const { position, velocity, angularVelocity } = objects[k]!
    for (let i = 0; i < 3; i++) out[o++] = clamp(position[i]!, -LOST_M, LOST_M)
    for (let i = 0; i < 3; i++) out[o++] = clamp(velocity[i]!, -LOST_M_PER_S, LOST_M_PER_S)
    for (let i = 0; i < 3; i++) out[o++] = angularVelocity[i]!
    for (let i = 0; i < 3; i++) out[o++] = clamp(position[i]! - tip[i]!, -LOST_M, LOST_M)
  }
  task.writeFeatures(state, out, o)
  o += task.numFeatures
  out[o++] = controller.commandedTip[0]! - tip[0]!
  out[o++] = controller.commandedTip[1]! - tip[1]!
  out[o++] = timeShare
  const action = controller.previousAction
  for (let i = 0; i < action.length; i++) out[o++] = action[i]!
  for (let k = 0; k < arm.objects.length; k++) {
    out[o++] = arm.objects[k]!.ageS
    out[o++] = arm.objects[k]!.isFresh ? 1 : 0
  }
  for (let i = 0; i < draw.coordinates.length; i++) out[o++] = draw.coordinates[i]!
}
