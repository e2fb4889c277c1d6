const MAX_SWEEPS = 60

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations.
 *
 * @param matrix - [n, n], row-major; destroyed, its diagonal holds the eigenvalues afterwards
 * @param vectors - receives the eigenvectors as columns [n, n]
 */
export function symmetricEigen(matrix: Float64Array, vectors: Float64Array, n: number): void {
  vectors.fill(0)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0
    let diagonal = 0
    for (let i = 0; i < n; i++) {
      diagonal += matrix[i * n + i]! ** 2
      for (let j = i + 1; j < n; j++) off += matrix[i * n + j]! ** 2
    }
    if (off <= 1e-26 * diagonal) return
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(matrix, vectors, n, p, q)
    }
  }
}

/** Turns the plane of axes p and q so that their common entry vanishes. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number) {
  const common = matrix[p * n + q]!
  if (common === 0) return
  const theta = (matrix[q * n + q]! - matrix[p * n + p]!) / (2 * common)
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  for (let k = 0; k < n; k++) {
    const kp = matrix[k * n + p]!
    const kq = matrix[k * n + q]!
    matrix[k * n + p] = cosine * kp - sine * kq
    matrix[k * n + q] = sine * kp + cosine * kq
  }
  for (let k = 0; k < n; k++) {
    const pk = matrix[p * n + k]!
    const qk = matrix[q * n + k]!
    matrix[p * n + k] = cosine * pk - sine * qk
    matrix[q * n + k] = sine * pk + cosine * qk
    const vp = vectors[k * n + p]!
    const vq = vectors[k * n + q]!
    vectors[k * n + p] = cosine * vp - sine * vq
    vectors[k * n + q] = sine * vp + cosine * vq
  }
}
