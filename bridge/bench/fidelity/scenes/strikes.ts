import type { ArmModel } from '../../../../robot/model/arm.ts'
import { quaternionFromYaw } from '../../../../robot/model/pose.ts'
import { RandomStream } from '../../../../robot/model/random.ts'
import type { Engine, ObjectPose } from '../../../../sim/engines/engine.ts'
import { playStrokes } from '../../bench-physics.ts'
import { followLine, type LineOptions, type Stroke } from '../../push-strokes.ts'
import { feetOfDisc } from '../closed-forms.ts'
import { PlanarBody } from '../planar-body.ts'
import { outcomeAt, type StrokeOutcome } from './pushes.ts'
import { nominalPhysics, puckStart } from './table-world.ts'

const RADIUS_M = 0.03
const HALF_HEIGHT_M = 0.02
/** Air between tip and puck at the start, from a push that begins slowly to a hit at full speed [m]. */
const GAP_M = [0.005, 0.1] as const
const ASIDE_RADII = 0.5
const TRAVEL_M = 0.22
/** Of the way until it rests, waiting included [s]: 0.65 m/s in its middle. */
const STROKE_S = 0.95
/** Until the puck has stopped, too [s]. */
const TOTAL_S = 2.4
const THEORY_STEP_S = 2e-5

/** A stroke that ends before the puck does. */
export interface Strike extends Stroke {
  readonly tipRadiusM: number
}

/** Of strikes in an engine, and by planar mechanics. */
export interface StrikeOutcomes {
  readonly played: StrokeOutcome
  readonly theory: StrokeOutcome
}

/** Draws strikes: a puck on slippery ground, and a tip that comes up fast, hits it and stops. */
export function createStrikes(
  count: number,
  seed: number,
  options: Pick<LineOptions, 'model' | 'task' | 'timestepS'>,
): Strike[] {
  const { model, timestepS } = options
  const stream = new RandomStream(seed)
  const strikes: Strike[] = []
  while (strikes.length < count) {
    const [x, y] = [stream.between(0.48, 0.54), stream.between(-0.06, 0.06)]
    const heading = stream.between(-0.3, 0.3)
    const aside = stream.between(-ASIDE_RADII, ASIDE_RADII) * RADIUS_M
    const world = {
      ...{ radiusM: RADIUS_M, halfHeightM: HALF_HEIGHT_M, massKg: 0.1 },
      frictionTable: stream.between(0.05, 0.1),
      frictionTip: stream.between(0.2, 0.5),
    }
    const { tipRadiusM } = model.tool
    const behind = RADIUS_M + tipRadiusM + stream.between(...GAP_M)
    const [dx, dy] = [Math.cos(heading), Math.sin(heading)]
    const begin = { x: x - behind * dx - aside * dy, y: y - behind * dy + aside * dx, z: 0.02 }
    const way = { ...options, durationS: STROKE_S, travelM: TRAVEL_M }
    const path = followLine(begin, { dx, dy }, way)
    if (path === null) continue
    const physics = nominalPhysics(model, world)
    const numSteps = Math.round(TOTAL_S / timestepS)
    const start = puckStart(physics, path.firstQ, x, y)
    const targets = held(path.targets, numSteps, model)
    strikes.push({ physics, start, targets, numSteps, tipRadiusM })
  }
  return strikes
}

/** Set-points that stay where they end. */
function held(targets: Float64Array, numSteps: number, { numJoints }: ArmModel): Float64Array {
  const all = new Float64Array(numSteps * numJoints)
  all.set(targets)
  const last = targets.subarray(-numJoints)
  for (let at = targets.length; at < all.length; at += numJoints) all.set(last, at)
  return all
}

/** Where the pucks end in an engine, and where by planar mechanics, struck by tips that move as they did there. */
export function strikeOutcomes(engine: Engine, strikes: readonly Strike[]): StrikeOutcomes {
  const tips = strikes.map(({ physics, start }, arm) => {
    engine.reset(arm, physics, start)
    return [...engine.state(arm).tip.subarray(0, 2)]
  })
  playStrokes(engine, strikes, () => {
    tips.forEach((way, arm) => {
      const [x, y] = engine.state(arm).tip
      way.push(x!, y!)
    })
  })
  const played = strikes.map((_, arm) => engine.state(arm).objects[0]!)
  const theory = strikes.map((strike, arm) => struck(strike, tips[arm]!, engine.timestepS))
  return { played: outcomeAt(strikes, played), theory: outcomeAt(strikes, theory) }
}

/** @param tip - its x and y after every `timestepS`, from the start on */
function struck(
  { physics, start, tipRadiusM }: Strike,
  tip: readonly number[],
  timestepS: number,
): Pick<ObjectPose, 'position' | 'quaternion'> {
  const { frictionTable, frictionTip } = physics.objects[0]!
  const [x, y] = start.objects[0]!.position
  const options = {
    points: feetOfDisc(RADIUS_M),
    friction: frictionTable,
    gyrationM2: RADIUS_M ** 2 / 2,
  }
  const puck = new PlanarBody(x!, y!, options)
  const substeps = Math.round(timestepS / THEORY_STEP_S)
  for (let step = 0; step < tip.length / 2 - 1; step++) {
    const fromX = tip[2 * step]!
    const fromY = tip[2 * step + 1]!
    const velocityX = (tip[2 * step + 2]! - fromX) / timestepS
    const velocityY = (tip[2 * step + 3]! - fromY) / timestepS
    for (let k = 0; k < substeps; k++) {
      const t = k * THEORY_STEP_S
      const striker = { xM: fromX + t * velocityX, yM: fromY + t * velocityY, velocityX, velocityY }
      puck.brake(THEORY_STEP_S)
      puck.meet(striker, RADIUS_M, RADIUS_M + tipRadiusM, frictionTip)
      puck.move(THEORY_STEP_S)
    }
  }
  return {
    position: Float64Array.of(puck.xM, puck.yM, HALF_HEIGHT_M),
    quaternion: quaternionFromYaw(puck.turnRad),
  }
}
