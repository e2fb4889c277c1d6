import * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../robot/model/random.ts'
import type { Rollout } from './rollout.ts'

/** A rollout made ready for learning; rows [steps, numEnvs, …]. */
export interface PreparedRollout {
  readonly rollout: Rollout
  /** Normalised. */
  readonly observation: Float32Array
  /** Normalised. */
  readonly critic: Float32Array
  /** Normalised. */
  readonly advantage: Float32Array
  /** Returns in units of the return scale. */
  readonly target: Float32Array
}

/** One chunk of one arm: rows (chunk·chunkSteps + t)·numEnvs + env of `source`. */
export interface Sequence {
  readonly source: PreparedRollout
  readonly chunk: number
  readonly env: number
}

/** Tensors of one minibatch of B sequences of T steps; rows are t·B + b. */
export interface Minibatch {
  /** [T, B, observation] */
  readonly x: tf.Tensor3D
  /** [B, hidden] */
  readonly h0: tf.Tensor2D
  /** [B, hidden] */
  readonly c0: tf.Tensor2D
  /** [T, B] */
  readonly mask: tf.Tensor2D
  /** [T·B, critic] */
  readonly critic: tf.Tensor2D
  /** [T·B, action] */
  readonly action: tf.Tensor2D
  /** [T·B] each */
  readonly logProb: tf.Tensor1D
  readonly advantage: tf.Tensor1D
  readonly target: tf.Tensor1D
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

/** Copies the sequences' rows into fresh tensors; call inside a tidy. */
export function gatherMinibatch(sequences: readonly Sequence[]): Minibatch {
  const { chunkSteps: steps, ...sizes } = sequences[0]!.source.rollout.shape
  const batch = sequences.length
  const hidden = sizes.state / 2
  const gather = (width: number, pick: (source: PreparedRollout) => Float32Array) => {
    const out = new Float32Array(steps * batch * width)
    for (const [b, { source, chunk, env }] of sequences.entries()) {
      const { numEnvs } = source.rollout.shape
      const rows = pick(source)
      for (let t = 0; t < steps; t++) {
        const from = ((chunk * steps + t) * numEnvs + env) * width
        const to = (t * batch + b) * width
        for (let k = 0; k < width; k++) out[to + k] = rows[from + k]!
      }
    }
    return out
  }
  const state = (offset: number) => {
    const out = new Float32Array(batch * hidden)
    for (const [b, { source, chunk, env }] of sequences.entries()) {
      const from = (chunk * source.rollout.shape.numEnvs + env) * sizes.state + offset
      out.set(source.rollout.chunkState.subarray(from, from + hidden), b * hidden)
    }
    return tf.tensor2d(out, [batch, hidden])
  }
  const { observation, critic, action } = sizes
  return {
    x: tf.tensor3d(
      gather(observation, (s) => s.observation),
      [steps, batch, observation],
    ),
    h0: state(0),
    c0: state(hidden),
    mask: tf.tensor2d(
      gather(1, (s) => s.rollout.keepState),
      [steps, batch],
    ),
    critic: tf.tensor2d(
      gather(critic, (s) => s.critic),
      [steps * batch, critic],
    ),
    action: tf.tensor2d(
      gather(action, (s) => s.rollout.action),
      [steps * batch, action],
    ),
    logProb: tf.tensor1d(gather(1, (s) => s.rollout.logProb)),
    advantage: tf.tensor1d(gather(1, (s) => s.advantage)),
    target: tf.tensor1d(gather(1, (s) => s.target)),
  }
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
