import { quaternionFromYaw } from '../../../../robot/model/pose.ts'
import { RandomStream } from '../../../../robot/model/random.ts'
import type { ObjectPose } from '../../../../sim/engines/engine.ts'
import { FOOT_CLEARANCE_M } from '../../../../sim/scene/object.ts'
import {
  followLine,
  type LineOptions,
  type Stroke,
  type StrokeOptions,
} from '../../push-strokes.ts'
import type { PhysicsSubject } from '../../reports/physics.ts'
import { boxPhysics, nominalPhysics } from './table-world.ts'

/** Cubes in a stack, of this half size [m]. */
export const STACK_SIZE = 3
const HALF_M = 0.0125
const STREAM = 203
const MAX_TRIES = 500
const GAP_M = 0.02

/**
 * Draws `count` knocks at a stack of three cubes: the tip goes through a place beside its middle, at any height,
 * and on for up to 6 cm; masses, frictions and the stack's turn are drawn too.
 */
export function createKnocks(
  count: number,
  { model, onArm: task, seed }: PhysicsSubject,
  timestepS: number,
): Stroke[] {
  return Array.from({ length: count }, (_, index) => {
    const stream = new RandomStream(seed, STREAM, index)
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const knock = tryKnock(stream, { model, task, timestepS, durationS: 1.6 })
      if (knock !== null) return knock
    }
    throw new RangeError(`no knock within reach of ${model.name}`)
  })
}

function tryKnock(
  stream: RandomStream,
  options: LineOptions & Pick<StrokeOptions, 'task'>,
): Stroke | null {
  const { model, task } = options
  const x = stream.between(task.area.xM[0], task.area.xM[1])
  const y = stream.between(task.area.yM[0], task.area.yM[1])
  const heading = stream.between(-Math.PI, Math.PI)
  const z = stream.between(0.012, 2 * STACK_SIZE * HALF_M - 0.01)
  const aside = stream.between(-1, 1) * HALF_M
  const [dx, dy] = [Math.cos(heading), Math.sin(heading)]
  const behind = Math.SQRT2 * HALF_M + model.tool.tipRadiusM + GAP_M
  const begin = { x: x - behind * dx - aside * dy, y: y - behind * dy + aside * dx, z }
  const travelM = GAP_M + stream.between(0.02, 0.06)
  const path = followLine(begin, { dx, dy }, { ...options, travelM })
  if (path === null) return null
  const friction = { table: stream.between(0.2, 0.6), tip: stream.between(0.2, 0.8) }
  const cube = boxPhysics([HALF_M, HALF_M, HALF_M], stream.logBetween(0.02, 0.1), friction)
  const physics = nominalPhysics(model)
  const yaw = stream.between(-Math.PI, Math.PI)
  const objects = Array.from({ length: STACK_SIZE }, (_, level) => stacked(x, y, yaw, level))
  return {
    physics: { ...physics, objects: objects.map(() => cube) },
    start: { q: path.firstQ, objects },
    targets: path.targets,
    numSteps: path.targets.length / model.numJoints,
  }
}

/** Only the table holds feet up: a cube on a cube stands on its body. */
export function stackHeightM(halfM: number, level: number): number {
  return (2 * level + 1) * halfM - level * FOOT_CLEARANCE_M
}

function stacked(x: number, y: number, yaw: number, level: number): ObjectPose {
  return {
    position: Float64Array.of(x, y, stackHeightM(HALF_M, level)),
    quaternion: quaternionFromYaw(yaw),
  }
}

/** Whether the uppermost cube has come down by a level or more. */
export function hasFallen(top: ObjectPose): boolean {
  return top.position[2]! < stackHeightM(HALF_M, STACK_SIZE - 1) - HALF_M
}
