import { yawOf } from '../../../../robot/model/pose.ts'
import type { Engine, ObjectPose } from '../../../../sim/engines/engine.ts'
import { playStrokes } from '../../bench-physics.ts'
import type { Stroke } from '../../push-strokes.ts'

/** Where one engine leaves the objects of a set of strokes, one entry per stroke. */
export interface StrokeOutcome {
  /** Object centre at the end, base frame [m]. */
  readonly objectXM: Float64Array
  readonly objectYM: Float64Array
  readonly objectYawRad: Float64Array
  /** How far the object was moved [m]. */
  readonly pushedM: Float64Array
}

/** How far two engines' outcomes of the same strokes lie apart, one entry per stroke. */
export interface OutcomeDifference {
  readonly endM: readonly number[]
  readonly yawRad: readonly number[]
}

/** Plays the strokes, one per arm of the engine. */
export function outcomeOf(engine: Engine, strokes: readonly Stroke[]): StrokeOutcome {
  strokes.forEach(({ physics, start }, arm) => {
    engine.reset(arm, physics, start)
  })
  playStrokes(engine, strokes)
  return outcomeAt(
    strokes,
    strokes.map((_, arm) => engine.state(arm).objects[0]!),
  )
}

/** @param ends - of the object of each stroke */
export function outcomeAt(
  strokes: readonly Stroke[],
  ends: readonly Pick<ObjectPose, 'position' | 'quaternion'>[],
): StrokeOutcome {
  const column = (read: (stroke: Stroke, arm: number) => number) => Float64Array.from(strokes, read)
  return {
    objectXM: column((_, arm) => ends[arm]!.position[0]!),
    objectYM: column((_, arm) => ends[arm]!.position[1]!),
    objectYawRad: column((_, arm) => yawOf(ends[arm]!.quaternion)),
    pushedM: column(({ start }, arm) => {
      const from = start.objects[0]!.position
      const to = ends[arm]!.position
      return Math.hypot(to[0]! - from[0]!, to[1]! - from[1]!)
    }),
  }
}

export function compareOutcomes(
  tested: StrokeOutcome,
  reference: StrokeOutcome,
): OutcomeDifference {
  const endM: number[] = []
  const yawRad: number[] = []
  for (let k = 0; k < tested.objectXM.length; k++) {
    const dx = tested.objectXM[k]! - reference.objectXM[k]!
    const dy = tested.objectYM[k]! - reference.objectYM[k]!
    endM.push(Math.hypot(dx, dy))
    const turn = tested.objectYawRad[k]! - reference.objectYawRad[k]!
    yawRad.push(Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn))))
  }
  return { endM, yawRad }
}

/** The same strokes with every so many of their set-points, for an engine of a longer step. */
export function thinned(strokes: readonly Stroke[], every: number): Stroke[] {
  return strokes.map(({ physics, start, targets, numSteps }) => {
    const width = start.q.length
    const kept = Math.ceil(numSteps / every)
    const rows = Array.from({ length: kept }, (_, k) =>
      targets.subarray(k * every * width, (k * every + 1) * width),
    )
    const thin = new Float64Array(kept * width)
    rows.forEach((row, k) => {
      thin.set(row, k * width)
    })
    return { physics, start, targets: thin, numSteps: kept }
  })
}
