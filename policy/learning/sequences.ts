import type { RandomStream } from '../../robot/model/random.ts'
import {
  type Minibatch,
  type MinibatchArrays,
  type MinibatchShape,
  minibatchBytes,
  minibatchOn,
  minibatchTensors,
} from './minibatch.ts'
import type { PreparedRollout } from './prepared-rollout.ts'

/** One chunk of one arm: rows (chunk·chunkSteps + t)·numEnvs + env of `source`. */
export interface Sequence {
  readonly source: PreparedRollout
  readonly chunk: number
  readonly env: number
}

/** All sequences of the rollouts, in a fixed order. */
export function cutIntoSequences(prepared: readonly PreparedRollout[]): Sequence[] {
  return prepared.flatMap((source) => {
    const { steps, chunkSteps, numEnvs } = source.rollout.shape
    return Array.from({ length: (steps / chunkSteps) * numEnvs }, (_, k) => ({
      source,
      chunk: Math.floor(k / numEnvs),
      env: k % numEnvs,
    }))
  })
}

/** Fisher-Yates, in place. */
export function shuffle<T>(items: T[], random: RandomStream): void {
  for (let k = items.length - 1; k > 0; k--) {
    const other = random.integer(k + 1)
    const item = items[k]!
    items[k] = items[other]!
    items[other] = item
  }
}

/** `parts` runs of nearly equal length. */
export function splitEvenly<T>(items: readonly T[], parts: number): T[][] {
  const bound = (k: number) => Math.round((k * items.length) / parts)
  return Array.from({ length: parts }, (_, k) => items.slice(bound(k), bound(k + 1)))
}

/** Shape of a minibatch of these sequences. */
export function minibatchShape(sequences: readonly Sequence[]): MinibatchShape {
  const { chunkSteps: steps, ...sizes } = sequences[0]!.source.rollout.shape
  const { observation, critic, action, state, label } = sizes
  return { steps, batch: sequences.length, observation, critic, action, state, label }
}

/** Which rows of [steps, numEnvs, …] become which of [T, batch, …]. */
export interface RowPlace {
  /** First step. */
  readonly first: number
  readonly env: number
  readonly numEnvs: number
  readonly b: number
  readonly batch: number
}

/** Copies one sequence of rows of `width` numbers to its place in `to`, which says by its length how many. */
export function gatherRows(
  rows: Float32Array,
  width: number,
  { first, env, numEnvs, b, batch }: RowPlace,
  to: Float32Array,
): void {
  let from = (first * numEnvs + env) * width
  for (let at = b * width; at < to.length; at += batch * width) {
    for (let k = 0; k < width; k++) to[at + k] = rows[from + k]!
    from += numEnvs * width
  }
}

/** Copies the sequences' rows to their places in a minibatch. */
export function gatherMinibatch(sequences: readonly Sequence[], out: MinibatchArrays): void {
  const { steps, batch, observation, critic, action, state, label } = minibatchShape(sequences)
  for (const [b, { source, chunk, env }] of sequences.entries()) {
    const { rollout } = source
    const { numEnvs } = rollout.shape
    const place = { first: chunk * steps, env, numEnvs, b, batch }
    const gather = (rows: Float32Array, width: number, to: Float32Array) =>
      gatherRows(rows, width, place, to)
    gather(source.observation, observation, out.x)
    gather(source.critic, critic, out.critic)
    gather(rollout.action, action, out.action)
    gather(rollout.label, label, out.label)
    gather(rollout.keepState, 1, out.mask)
    gather(rollout.logProb, 1, out.logProb)
    gather(source.advantage, 1, out.advantage)
    gather(source.target, 1, out.target)
    const from = (chunk * numEnvs + env) * state
    out.state.set(rollout.chunkState.subarray(from, from + state), b * state)
  }
}

/**
 * The sequences as fresh tensors; call inside a tidy.
 *
 * @param room - where they are gathered, `minibatchBytes` or more, left alone until the tensors were used
 */
export function tensorsOf(sequences: readonly Sequence[], room?: ArrayBuffer): Minibatch {
  const shape = minibatchShape(sequences)
  const arrays = minibatchOn(shape, room ?? new ArrayBuffer(minibatchBytes(shape)))
  gatherMinibatch(sequences, arrays)
  return minibatchTensors(shape, arrays)
}

/** Mean and standard deviation over all values of all arrays. */
export function meanAndStd(arrays: readonly Float32Array[]): { mean: number; std: number } {
  let count = 0
  let sum = 0
  for (const array of arrays) {
    count += array.length
    for (let k = 0; k < array.length; k++) sum += array[k]!
  }
  const mean = sum / count
  let squares = 0
  for (const array of arrays) {
    for (let k = 0; k < array.length; k++) squares += (array[k]! - mean) ** 2
  }
  return { mean, std: Math.sqrt(squares / count) }
}
