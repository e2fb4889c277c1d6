/**
 * Solves A x = b for a symmetric positive definite matrix.
 * @param factor - scratch [n, n] for the lower factor
 * @param x - b on entry, the solution on return [n]
 */
export function choleskySolve(
  matrix: Float64Array,
  factor: Float64Array,
  x: Float64Array,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * n
    let right = x[i]!
    for (let j = 0; j < i; j++) {
      const other = j * n
      let sum = matrix[row + j]!
      for (let k = 0; k < j; k++) sum -= factor[row + k]! * factor[other + k]!
      // The diagonal holds reciprocals.
      const entry = sum * factor[other + j]!
      factor[row + j] = entry
      right -= entry * x[j]!
    }
    let pivot = matrix[row + i]!
    for (let k = 0; k < i; k++) pivot -= factor[row + k]! * factor[row + k]!
    const reciprocal = 1 / Math.sqrt(pivot)
    factor[row + i] = reciprocal
    x[i] = right * reciprocal
  }
  for (let i = n - 1; i >= 0; i--) {
    let right = x[i]!
    for (let k = i + 1; k < n; k++) right -= factor[k * n + i]! * x[k]!
    x[i] = right * factor[i * n + i]!
  }
}
