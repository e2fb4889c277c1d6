import { leanAt } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { createToolIk, type ToolGoal } from '../../robot/model/tool-ik.ts'
import { createObjectState, type Physics, type Start } from '../../sim/engines/engine.ts'
import { createSampler } from '../../sim/randomization/draw.ts'
import { createPhysics, drawPhysics } from '../../sim/randomization/draw-physics.ts'
import type { Randomization } from '../../sim/randomization/randomization.schema.ts'
import { restOnTable } from '../../sim/scene/table.ts'
import type { PushOnArm } from '../../sim/tasks/push.ts'

/** One push in a straight line, as joint set-points that any engine can be driven with. */
export interface Stroke {
  readonly physics: Physics
  readonly start: Start
  /** Set-points of the engine's steps [numSteps, numJoints], [rad]. */
  readonly targets: Float64Array
  readonly numSteps: number
}

export interface StrokeOptions extends LineOptions {
  readonly task: PushOnArm
  readonly randomization: Randomization
  readonly seed: number
  /** How far aside of the object's centre the tip may pass, in radii. */
  readonly asideRadii?: number
}

/** A straight way of the tip, from rest to rest. */
export interface LineOptions {
  readonly model: ArmModel
  readonly task: Pick<PushOnArm, 'control'>
  readonly timestepS: number
  /** Length of a stroke, rest at the end included [s]. */
  readonly durationS?: number
  /** Way of the tip, of which the first 2 cm are through air [m]. */
  readonly travelM?: number
}

const DURATION_S = 2.4
const REST_S = 0.4
const WAIT_S = 0.1
const TRAVEL_M = 0.15
const ASIDE_RADII = 0.5
/** Air between tip and object at the start [m]. */
const GAP_M = 0.02
const TOLERANCE_M = 0.002
const MAX_TRIES = 500
const DRAW_STREAM = 201
const PATH_STREAM = 202

/**
 * Draws `count` pushes: the tip starts behind the object, passes through it at pushing height, somewhat
 * aside of its centre, and stops. Set-points carry the nominal feed-forward against sag, like a controller's.
 */
export function createStrokes(count: number, options: StrokeOptions): Stroke[] {
  return Array.from({ length: count }, (_, index) => createStroke(index, options))
}

function createStroke(index: number, options: StrokeOptions): Stroke {
  const { model, task, randomization, seed } = options
  const sampler = createSampler(randomization, model, task, 'push')
  const draw = sampler.createDraw()
  sampler.sample(new RandomStream(seed, DRAW_STREAM, index), 1, draw)
  const physics = createPhysics(model, task)
  drawPhysics(draw, model, task, physics)
  const stream = new RandomStream(seed, PATH_STREAM, index)
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const stroke = tryStroke(stream, physics, options)
    if (stroke !== null) return stroke
  }
  throw new RangeError(`no stroke within reach of ${model.name}`)
}

/** A random path, or null where the arm does not reach all of it. */
function tryStroke(stream: RandomStream, physics: Physics, options: StrokeOptions): Stroke | null {
  const { model, task, asideRadii = ASIDE_RADII } = options
  const objectXM = stream.between(task.area.xM[0], task.area.xM[1])
  const objectYM = stream.between(task.area.yM[0], task.area.yM[1])
  const heading = stream.between(-Math.PI, Math.PI)
  const { halfSizeM } = physics.objects[0]!.shape
  const radiusM = halfSizeM[0]!
  const aside = asideRadii * stream.between(-1, 1) * radiusM
  const behind = radiusM + model.tool.tipRadiusM + GAP_M
  const [dx, dy] = [Math.cos(heading), Math.sin(heading)]
  const begin = {
    x: objectXM - behind * dx - aside * dy,
    y: objectYM - behind * dy + aside * dx,
    z: task.parameters.pushHeightM,
  }
  const path = followLine(begin, { dx, dy }, options)
  if (path === null) return null
  const object = createObjectState()
  restOnTable(physics.table, halfSizeM[2]!, objectXM, objectYM, 0, object)
  const start = { q: path.firstQ, objects: [object] }
  return { physics, start, targets: path.targets, numSteps: path.targets.length / model.numJoints }
}

/**
 * Joints and set-points that lead the tip from `begin` along a direction, or null where the arm does not reach all
 * of it.
 */
export function followLine(
  begin: ToolGoal,
  direction: { readonly dx: number; readonly dy: number },
  { model, task, timestepS, durationS = DURATION_S, travelM = TRAVEL_M }: LineOptions,
): { firstQ: Float64Array; targets: Float64Array } | null {
  const n = model.numJoints
  const numSteps = Math.round(durationS / timestepS)
  const targets = new Float64Array(numSteps * n)
  const q = Float64Array.from(model.restPose)
  const gravity = new Float64Array(n)
  const nominal = new ArmDynamics(model)
  const feedForward = new Set(task.control.action.feedForwardJoints)
  const [baseX, baseY] = [model.originPosition[0]!, model.originPosition[1]!]
  const far = createToolIk(model, { iterations: 60 })
  const near = createToolIk(model)
  let firstQ = q
  for (let step = 0; step < numSteps; step++) {
    const along = travelM * travelShare(step * timestepS, durationS - REST_S)
    const x = begin.x + along * direction.dx
    const y = begin.y + along * direction.dy
    const lean = leanAt(task.control.action, Math.hypot(x - baseX, y - baseY))
    const ik = step === 0 ? far : near
    if (!(ik.solve({ x, y, z: begin.z }, lean, q) < TOLERANCE_M)) return null
    if (step === 0) firstQ = Float64Array.from(q)
    nominal.gravityTorque(q, gravity)
    for (let i = 0; i < n; i++) {
      const sag = feedForward.has(model.jointNames[i]!)
        ? gravity[i]! / model.stiffnessNmPerRad[i]!
        : 0
      targets[step * n + i] = q[i]! + sag
    }
  }
  return { firstQ, targets }
}

/** Rest to rest, 0..1, with constant speed in the middle half. */
function travelShare(timeS: number, endS: number): number {
  const t = Math.min(1, Math.max(0, (timeS - WAIT_S) / (endS - WAIT_S)))
  const ramp = 0.25
  const top = 1 / (1 - ramp)
  if (t < ramp) return (0.5 * top * t * t) / ramp
  if (t > 1 - ramp) return 1 - (0.5 * top * (1 - t) * (1 - t)) / ramp
  return top * (t - 0.5 * ramp)
}
