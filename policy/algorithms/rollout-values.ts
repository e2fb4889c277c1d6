import * as tf from '@tensorflow/tfjs-core'
import { readAndDispose } from '../backends/read-and-dispose.ts'
import type { Rollout } from '../learning/rollout.ts'
import type { ActorCritic } from '../networks/actor-critic.ts'
import { criticForward } from '../networks/critic.ts'

/** Rows of the critic evaluated at once. */
const VALUE_ROWS = 3200

/**
 * Values of normalised critic inputs [rows, critic], in units of the reward [rows].
 *
 * @param returnScale - units of the reward in one of the critic's
 */
export async function criticValues(
  network: ActorCritic['critic'],
  critic: Float32Array,
  returnScale: number,
): Promise<Float32Array> {
  const weights = network.named(network.variables)
  const width = weights.w1.shape[0]!
  const numRows = critic.length / width
  const values = new Float32Array(numRows)
  for (let row = 0; row < numRows; row += VALUE_ROWS) {
    const slab = critic.subarray(row * width, Math.min(numRows, row + VALUE_ROWS) * width)
    const part = await readAndDispose(
      tf.tidy(() => criticForward(weights, tf.tensor2d(slab, [slab.length / width, width]))),
    )
    for (let k = 0; k < part.length; k++) values[row + k] = part[k]! * returnScale
  }
  return values
}

/** Values after the last step of each segment [steps, numEnvs]; zero elsewhere, where none is read. */
export function atBoundaries(
  { steps, segments, numEnvs }: Rollout['shape'],
  finalValues: Float32Array,
): Float32Array {
  const values = new Float32Array(steps * numEnvs)
  for (let segment = 0; segment < segments; segment++) {
    const lastStep = ((segment + 1) * steps) / segments - 1
    const part = finalValues.subarray(segment * numEnvs, (segment + 1) * numEnvs)
    values.set(part, lastStep * numEnvs)
  }
  return values
}
