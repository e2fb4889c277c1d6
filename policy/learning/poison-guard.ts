import type { Algorithm, UpdateFigures, UpdateOptions } from '../algorithms/algorithm.ts'
import type { Checkpoint, NamedArrays } from './checkpoint.ts'
import { isReplayed } from './replay.ts'
import { type Rollout, type RolloutShape, rolloutBytes, rolloutOn } from './rollout.ts'

/** So many poisonous updates in one session end it: something is wrong with the config or the task. */
export const MOST_POISONED = 3

export type GuardedUpdate =
  | { readonly kind: 'learnt'; readonly figures: UpdateFigures }
  | {
      readonly kind: 'poisoned'
      /** What was not finite after it. */
      readonly reason: string
      /** Everything that went into the update: see {@link decodePoisonedUpdate}. */
      readonly dump: Checkpoint
      /** Poisoned updates so far. */
      readonly count: number
    }

/** Updates an algorithm, and takes an update back that leaves values behind that are not finite. */
export class PoisonGuard {
  readonly #algorithm: Algorithm
  /** What the algorithm held after the last good update. */
  #before: NamedArrays | undefined
  #numPoisoned = 0

  /** @param algorithm - as it goes on from here: restored, if it is */
  constructor(algorithm: Algorithm) {
    this.#algorithm = algorithm
  }

  async update(rollouts: readonly Rollout[], options: UpdateOptions): Promise<GuardedUpdate> {
    const before = this.#before ?? (await this.#algorithm.save())
    const figures = await this.#algorithm.update(rollouts, options)
    const after = await this.#algorithm.save()
    const poisoned = [
      ...Object.keys(figures).filter((name) => !Number.isFinite(figures[name])),
      ...Object.keys(after).filter(
        (name) => !isReplayed(name) && !after[name]!.every(Number.isFinite),
      ),
    ]
    if (poisoned.length === 0) {
      this.#before = after
      return { kind: 'learnt', figures }
    }
    this.#algorithm.restore(before)
    this.#before = before
    this.#numPoisoned++
    return {
      kind: 'poisoned',
      reason: `not finite after it: ${poisoned.join(', ')}`,
      dump: encodePoisonedUpdate({ iteration: options.iteration, before, rollouts }),
      count: this.#numPoisoned,
    }
  }
}

/** Replaying it: `restore(before)`, then `update(rollouts, { iteration })`. */
export interface PoisonedUpdate {
  readonly iteration: number
  /** The algorithm's arrays before the update. */
  readonly before: NamedArrays
  readonly rollouts: readonly Rollout[]
}

function encodePoisonedUpdate({ iteration, before, rollouts }: PoisonedUpdate): Checkpoint {
  const arrays: Record<string, Float32Array | Float64Array> = {}
  for (const [name, array] of Object.entries(before)) arrays[`before.${name}`] = array
  for (const [k, { shape: _, ...rows }] of rollouts.entries()) {
    for (const [name, array] of Object.entries(rows)) {
      arrays[`rollout.${k}.${name}`] = Float32Array.from(array)
    }
  }
  return { progress: { iteration, shapes: rollouts.map(({ shape }) => shape) }, arrays }
}

/** Reads the dump of a poisoned update. */
export function decodePoisonedUpdate({ progress, arrays }: Checkpoint): PoisonedUpdate {
  const { iteration, shapes } = progress as { iteration: number; shapes: RolloutShape[] }
  const under = (prefix: string) =>
    Object.entries(arrays).flatMap(([name, array]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [],
    )
  const rollouts = shapes.map((shape, k) => {
    const rollout = rolloutOn(shape, new ArrayBuffer(rolloutBytes(shape)))
    const { shape: _, ...rows } = rollout
    for (const [name, array] of under(`rollout.${k}.`)) rows[name as keyof typeof rows].set(array)
    return rollout
  })
  return { iteration, before: Object.fromEntries(under('before.')), rollouts }
}
