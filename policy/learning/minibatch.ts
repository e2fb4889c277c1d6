import * as tf from '@tensorflow/tfjs-core'

/** B sequences of T steps. */
export interface MinibatchShape {
  /** T */
  readonly steps: number
  /** B */
  readonly batch: number
  readonly observation: number
  readonly critic: number
  readonly action: number
  /** Recurrent state of the actor. */
  readonly state: number
  /** `action`, or 0 where no expert was asked. */
  readonly label: number
}

/** Tensors of one minibatch of B sequences of T steps; rows are t·B + b. */
export interface Minibatch {
  /** Normalised observations [T, B, observation]. */
  readonly x: tf.Tensor3D
  /** Recurrent state before the first step [B, state]. */
  readonly state: tf.Tensor2D
  /** [T, B] */
  readonly mask: tf.Tensor2D
  /** [T·B, critic] */
  readonly critic: tf.Tensor2D
  /** [T·B, action] */
  readonly action: tf.Tensor2D
  /** What the expert would have done [T·B, label]. */
  readonly label: tf.Tensor2D
  /** [T·B] each */
  readonly logProb: tf.Tensor1D
  readonly advantage: tf.Tensor1D
  readonly target: tf.Tensor1D
}

/** The values of a `Minibatch`, in the same order. */
export type MinibatchArrays = Readonly<Record<keyof Minibatch, Float32Array>>

function shapesOf(s: MinibatchShape): Record<keyof Minibatch, number[]> {
  const rows = s.steps * s.batch
  return {
    x: [s.steps, s.batch, s.observation],
    state: [s.batch, s.state],
    mask: [s.steps, s.batch],
    critic: [rows, s.critic],
    action: [rows, s.action],
    label: [rows, s.label],
    logProb: [rows],
    advantage: [rows],
    target: [rows],
  }
}

/** Bytes that `minibatchOn` needs. */
export function minibatchBytes(shape: MinibatchShape): number {
  return Object.values(shapesOf(shape)).reduce((sum, s) => sum + 4 * sizeOf(s), 0)
}

/** Arrays one after the other on `buffer`, shared between threads or not. */
export function minibatchOn(shape: MinibatchShape, buffer: ArrayBufferLike): MinibatchArrays {
  let offset = 0
  const entries = Object.entries(shapesOf(shape)).map(([name, s]) => {
    const array = new Float32Array(buffer, offset, sizeOf(s))
    offset += array.byteLength
    return [name, array] as const
  })
  return Object.fromEntries(entries) as MinibatchArrays
}

/** Tensors of the arrays. A backend may go on reading the arrays: leave them until it is done. */
export function minibatchTensors(shape: MinibatchShape, arrays: MinibatchArrays): Minibatch {
  const entries = Object.entries(shapesOf(shape)).map(
    ([name, s]) => [name, tf.tensor(arrays[name as keyof Minibatch], s)] as const,
  )
  return Object.fromEntries(entries) as unknown as Minibatch
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
