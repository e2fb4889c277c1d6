import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import type { Engine } from '../../sim/engines/engine.ts'
import { playStrokes } from './bench-physics.ts'
import { quantile } from './figures.ts'
import type { Stroke } from './push-strokes.ts'

/** What one engine makes of a set of strokes, one entry per stroke. */
export interface StrokeOutcome {
  /** Object centre at the end, base frame [m]. */
  readonly objectXM: Float64Array
  readonly objectYM: Float64Array
  readonly objectYawRad: Float64Array
  /** How far the object was moved [m]. */
  readonly pushedM: Float64Array
  /** Mean horizontal force on the tip over the second half of the movement [N]. */
  readonly forceN: Float64Array
  /** Horizontal force on the tip at the end [N]. */
  readonly endForceN: Float64Array
  /** Tool point at the end, base frame [strokes, 3], [m]. */
  readonly tip: Float64Array
  /** Distance of the tip from where the set-points of the last step would have it, without sag [m]. */
  readonly deflectionM: Float64Array
}

export interface Difference {
  readonly median: number
  readonly p90: number
}

export interface FidelityResult {
  readonly strokes: number
  readonly pushedM: number
  readonly endM: Difference
  readonly yawRad: Difference
  /** Between the tool points themselves. */
  readonly tipM: Difference
  /** Force of the tested engine over that of the reference, median. */
  readonly forceRatio: number
}

/** Plays the strokes, one per arm of the engine. */
export function outcomeOf(
  engine: Engine,
  model: ArmModel,
  strokes: readonly Stroke[],
): StrokeOutcome {
  const count = strokes.length
  const column = () => new Float64Array(count)
  const outcome: StrokeOutcome = {
    objectXM: column(),
    objectYM: column(),
    objectYawRad: column(),
    pushedM: column(),
    forceN: column(),
    endForceN: column(),
    tip: new Float64Array(3 * count),
    deflectionM: column(),
  }
  strokes.forEach(({ physics, start }, arm) => {
    engine.reset(arm, physics, start)
  })
  const numSteps = strokes[0]!.numSteps
  const [from, to] = [Math.round(0.45 * numSteps), Math.round(0.75 * numSteps)]
  playStrokes(engine, strokes, (step) => {
    if (step < from || step >= to) return
    for (let arm = 0; arm < count; arm++) {
      const force = engine.state(arm).tipForce
      outcome.forceN[arm]! += Math.hypot(force[0]!, force[1]!) / (to - from)
    }
  })
  const kinematics = new ArmKinematics(model)
  for (let arm = 0; arm < count; arm++) readEnd(engine, kinematics, strokes[arm]!, arm, outcome)
  return outcome
}

function readEnd(
  engine: Engine,
  kinematics: ArmKinematics,
  stroke: Stroke,
  arm: number,
  outcome: StrokeOutcome,
): void {
  const { objects, tip, tipForce } = engine.state(arm)
  const { position: p, quaternion: r } = objects[0]!
  const begin = stroke.start.objects[0]!.position
  outcome.endForceN[arm] = Math.hypot(tipForce[0]!, tipForce[1]!)
  outcome.tip.set(tip, 3 * arm)
  outcome.objectXM[arm] = p[0]!
  outcome.objectYM[arm] = p[1]!
  outcome.objectYawRad[arm] = 2 * Math.atan2(r[2]!, r[3]!)
  outcome.pushedM[arm] = Math.hypot(p[0]! - begin[0]!, p[1]! - begin[1]!)
  kinematics.forward(stroke.targets.subarray(-stroke.start.q.length))
  const wanted = kinematics.tip
  outcome.deflectionM[arm] = Math.hypot(tip[0]! - wanted[0]!, tip[1]! - wanted[1]!)
}

/** How far two engines' outcomes of the same strokes lie apart. */
export function compareOutcomes(tested: StrokeOutcome, reference: StrokeOutcome): FidelityResult {
  const ends: number[] = []
  const yaws: number[] = []
  const tips: number[] = []
  const forces: number[] = []
  for (let k = 0; k < tested.objectXM.length; k++) {
    const dx = tested.objectXM[k]! - reference.objectXM[k]!
    const dy = tested.objectYM[k]! - reference.objectYM[k]!
    ends.push(Math.hypot(dx, dy))
    const [a, b] = [tested.tip, reference.tip]
    const tip = [0, 1, 2].map((axis) => a[3 * k + axis]! - b[3 * k + axis]!)
    tips.push(Math.hypot(...tip))
    const turn = tested.objectYawRad[k]! - reference.objectYawRad[k]!
    yaws.push(Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn))))
    if (reference.forceN[k]! > 0.02) forces.push(tested.forceN[k]! / reference.forceN[k]!)
  }
  return {
    strokes: ends.length,
    pushedM: quantile(reference.pushedM, 0.5),
    endM: differenceOf(ends),
    yawRad: differenceOf(yaws),
    tipM: differenceOf(tips),
    forceRatio: quantile(forces, 0.5),
  }
}

function differenceOf(values: readonly number[]): Difference {
  return { median: quantile(values, 0.5), p90: quantile(values, 0.9) }
}

/** The same strokes against an object that does not give way: the arm bends instead. */
export function jammed(strokes: readonly Stroke[]): Stroke[] {
  return strokes.map((stroke) => ({
    ...stroke,
    physics: {
      ...stroke.physics,
      objects: stroke.physics.objects.map((object) => ({
        ...object,
        massKg: 30,
        frictionTable: 1.5,
      })),
    },
  }))
}
