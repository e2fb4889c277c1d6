/** Features of which linear maps are fitted with a penalty on their weights (Hoerl and Kennard 1970). */
export interface RidgeFeatures {
  /**
   * The map whose weights minimise the sum of squared errors + penalty · the sum of squared weights.
   *
   * @param targets - [numRows]
   */
  fit(targets: Float64Array, penalty: number): RidgeFit
}

export interface RidgeFit {
  /** @param rows - [numRows, features] @returns [numRows] */
  predict(rows: Float64Array): Float64Array
}

/**
 * Brings each feature to mean 0 and variance 1, for fits of as many targets as are wanted.
 *
 * @param rows - [numRows, features]
 */
export function ridgeFeatures(rows: Float64Array, numRows: number): RidgeFeatures {
  const size = rows.length / numRows
  const { mean, scale } = scaleOf(rows, size)
  const standard = Float64Array.from(rows, (x, k) => (x - mean[k % size]!) * scale[k % size]!)
  const products = new Float64Array(size * size)
  for (let begin = 0; begin < standard.length; begin += size) {
    for (let i = 0; i < size; i++) {
      const x = standard[begin + i]!
      for (let j = 0; j <= i; j++) products[i * size + j]! += x * standard[begin + j]!
    }
  }
  return {
    fit(targets, penalty) {
      const targetMean = targets.reduce((a, b) => a + b, 0) / numRows
      const right = new Float64Array(size)
      for (let k = 0; k < standard.length; k++) {
        right[k % size]! += standard[k]! * (targets[Math.floor(k / size)]! - targetMean)
      }
      const normal = products.slice()
      for (let i = 0; i < size; i++) normal[i * size + i]! += penalty
      const weights = solveSymmetric(normal, right)
      return { predict: (others) => predict(others, { mean, scale, weights, targetMean }) }
    },
  }
}

interface LinearMap {
  readonly mean: Float64Array
  readonly scale: Float64Array
  readonly weights: Float64Array
  readonly targetMean: number
}

function predict(
  rows: Float64Array,
  { mean, scale, weights, targetMean }: LinearMap,
): Float64Array {
  const size = weights.length
  const out = new Float64Array(rows.length / size).fill(targetMean)
  for (let k = 0; k < rows.length; k++) {
    const i = k % size
    out[Math.floor(k / size)]! += weights[i]! * (rows[k]! - mean[i]!) * scale[i]!
  }
  return out
}

/** Share of the targets' variance that predictions explain: 1 all, 0 no better than their mean, below: worse. */
export function explainedVariance(predictions: Float64Array, targets: Float64Array): number {
  const mean = targets.reduce((a, b) => a + b, 0) / targets.length
  let [errors, spread] = [0, 0]
  for (let k = 0; k < targets.length; k++) {
    errors += (targets[k]! - predictions[k]!) ** 2
    spread += (targets[k]! - mean) ** 2
  }
  return 1 - errors / spread
}

/** Mean of each feature and 1 / standard deviation, 0 where it is constant. */
function scaleOf(rows: Float64Array, size: number): { mean: Float64Array; scale: Float64Array } {
  const numRows = rows.length / size
  const [mean, variance] = [new Float64Array(size), new Float64Array(size)]
  for (let k = 0; k < rows.length; k++) mean[k % size]! += rows[k]! / numRows
  for (let k = 0; k < rows.length; k++) {
    variance[k % size]! += (rows[k]! - mean[k % size]!) ** 2 / numRows
  }
  return { mean, scale: variance.map((v) => (v > 1e-12 ? 1 / Math.sqrt(v) : 0)) }
}

/** Solves A x = b by Cholesky. @param a - symmetric, positive definite, lower half given [n, n]; overwritten */
function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!
    }
  }
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= a[i * n + k]! * x[k]!
    x[i]! /= a[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= a[k * n + i]! * x[k]!
    x[i]! /= a[i * n + i]!
  }
  return x
}
