import { type NamedArrays, savedArray } from '../learning/checkpoint.ts'

/** Mean and variance of every feature over all rows seen so far, as plain numbers. */
export interface NormaliserState {
  /** [size] */
  readonly mean: Float64Array
  /** [size] */
  readonly variance: Float64Array
  /** Rows merged; one element, so that it can be stored with the arrays. */
  readonly count: Float64Array
}

/** Added to the variance before the square root, so that constant features stay finite. */
const VARIANCE_FLOOR = 1e-6
/** Weight of the prior: mean 0, variance 1. */
const PRIOR_COUNT = 1e-4

export function createNormaliser(size: number): NormaliserState {
  return {
    mean: new Float64Array(size),
    variance: new Float64Array(size).fill(1),
    count: Float64Array.of(PRIOR_COUNT),
  }
}

/**
 * Merges rows into the running statistics in place (Chan et al. 1979, parallel variance).
 *
 * @param rows - [numRows, size]
 */
export function mergeRows(state: NormaliserState, rows: Float32Array): void {
  const size = state.mean.length
  const numRows = rows.length / size
  if (numRows === 0) return
  const sum = new Float64Array(size)
  const sumSquares = new Float64Array(size)
  for (let row = 0, at = 0; row < numRows; row++) {
    for (let k = 0; k < size; k++, at++) {
      const delta = rows[at]! - state.mean[k]!
      sum[k] = sum[k]! + delta
      sumSquares[k] = sumSquares[k]! + delta * delta
    }
  }
  const oldCount = state.count[0]!
  const total = oldCount + numRows
  for (let k = 0; k < size; k++) {
    const shift = sum[k]! / numRows
    const variance = Math.max(0, sumSquares[k]! / numRows - shift * shift)
    const spread = (shift * shift * oldCount * numRows) / total
    state.variance[k] = (state.variance[k]! * oldCount + variance * numRows + spread) / total
    state.mean[k] = state.mean[k]! + (shift * numRows) / total
  }
  state.count[0] = total
}

/** Mean and standard deviation in float32, as the networks and the policy file use them. */
export function normaliserScale(state: NormaliserState): { mean: Float32Array; std: Float32Array } {
  return {
    mean: Float32Array.from(state.mean),
    std: Float32Array.from(state.variance, (variance) => Math.sqrt(variance + VARIANCE_FLOOR)),
  }
}

/** Takes over the scale of a trained network: inverse of `normaliserScale`. */
export function adoptScale(state: NormaliserState, mean: Float32Array, std: Float32Array): void {
  state.mean.set(mean)
  for (const [k, value] of std.entries()) {
    state.variance[k] = Math.max(0, value * value - VARIANCE_FLOOR)
  }
}

/**
 * out = clip((rows - mean) / std, ±clip)
 *
 * @param rows - [numRows, size]
 * @param out - receives [numRows, size]; may be `rows`
 */
export function normaliseRows(
  state: NormaliserState,
  clip: number,
  rows: Float32Array,
  out: Float32Array,
): void {
  const { mean, std } = normaliserScale(state)
  const size = mean.length
  for (let at = 0; at < rows.length; ) {
    for (let k = 0; k < size; k++, at++) {
      const x = (rows[at]! - mean[k]!) / std[k]!
      out[at] = Math.min(clip, Math.max(-clip, x))
    }
  }
}

export function saveNormaliser(prefix: string, state: NormaliserState): NamedArrays {
  return {
    [`${prefix}.mean`]: state.mean.slice(),
    [`${prefix}.variance`]: state.variance.slice(),
    [`${prefix}.count`]: state.count.slice(),
  }
}

/** Throws POLICY_CHECKPOINT_INVALID when arrays are missing or of another size. */
export function restoreNormaliser(
  prefix: string,
  state: NormaliserState,
  saved: NamedArrays,
): void {
  for (const name of ['mean', 'variance', 'count'] as const) {
    state[name].set(savedArray(saved, `${prefix}.${name}`, state[name].length))
  }
}
