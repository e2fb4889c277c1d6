import { type ControlSpec, objectSuffix, sightOf } from '../../robot/io/spec.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState } from '../engines/engine.ts'
import type { Sampler } from '../randomization/draw.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import type { Task } from '../tasks/task.ts'
import type { ControlledArm } from './controlled-arm.ts'
import { createSpace, type Space, type TermShape } from './space.ts'

/** An object that fell off the table is this far away at most, and this fast [m, m/s]: enough to know. */
const LOST_M = 0.6
const LOST_M_PER_S = 2

export interface CriticParts {
  readonly spec: ControlSpec
  readonly objects: TaskOnArm['objects']
  readonly task: Pick<Task, 'numFeatures'>
  readonly drawn: Sampler['drawn']
}

/**
 * The critic's input, which only a simulator knows: true state, the task's own features, time, previous
 * action, what the sensors last said, and where the draw lies in its ranges.
 */
export function criticSpace({ spec, objects, task, drawn }: CriticParts): Space {
  const n = spec.joints.length
  const sensed = sightOf(spec.control).objects
  return createSpace([
    { name: 'jointPosition', size: n, unit: 'rad', frame: 'joint' },
    { name: 'jointVelocity', size: n, unit: 'rad/s', frame: 'joint' },
    { name: 'targetError', size: n, unit: 'rad', frame: 'joint' },
    { name: 'toolPosition', size: 3, unit: 'm', frame: 'base' },
    { name: 'toolVelocity', size: 3, unit: 'm/s', frame: 'base' },
    { name: 'toolForce', size: 3, unit: 'N', frame: 'base' },
    ...objects.flatMap((_object, k) => objectTerms(objectSuffix(objects, k))),
    { name: 'taskFeatures', size: task.numFeatures, unit: 'mixed', frame: 'none' },
    { name: 'commandedToolError', size: 2, unit: 'm', frame: 'base' },
    { name: 'timeShare', size: 1, unit: '1', frame: 'none', low: 0, high: 1 },
    {
      name: 'previousAction',
      size: spec.actionNames.length,
      unit: '1',
      frame: 'none',
      low: -1,
      high: 1,
    },
    ...sensed.flatMap((_object, k): TermShape[] => [
      { name: `objectAge${objectSuffix(sensed, k)}`, size: 1, unit: 's', frame: 'none', low: 0 },
      {
        name: `objectIsFresh${objectSuffix(sensed, k)}`,
        size: 1,
        unit: '1',
        frame: 'none',
        low: 0,
        high: 1,
      },
    ]),
    ...drawn.map(
      ({ name, ranges }): TermShape => ({
        name: `draw.${name}`,
        size: ranges.length,
        unit: '1',
        frame: 'none',
      }),
    ),
  ])
}

function objectTerms(suffix: string): TermShape[] {
  const lost = { low: -LOST_M, high: LOST_M }
  return [
    { name: `objectPosition${suffix}`, size: 3, unit: 'm', frame: 'base', ...lost },
    {
      name: `objectVelocity${suffix}`,
      size: 3,
      unit: 'm/s',
      frame: 'base',
      low: -LOST_M_PER_S,
      high: LOST_M_PER_S,
    },
    { name: `objectAngularVelocity${suffix}`, size: 3, unit: 'rad/s', frame: 'base' },
    { name: `toolToObject${suffix}`, size: 3, unit: 'm', frame: 'base', ...lost },
  ]
}

/** Writes the critic's input in the order of `criticSpace`. */
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
