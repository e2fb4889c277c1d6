/**
 * Makes the three angular rows of a Jacobian [6, n] those of the weighted change of a direction, ω × a.
 * @param weightM - of a change of one against a metre of the tool point
 */
export function turnRowsAbout(
  a: Float64Array,
  weightM: number,
  jacobian: Float64Array,
  n: number,
): void {
  const ax = a[0]!
  const ay = a[1]!
  const az = a[2]!
  for (let i = 0; i < n; i++) {
    const wx = weightM * jacobian[3 * n + i]!
    const wy = weightM * jacobian[4 * n + i]!
    const wz = weightM * jacobian[5 * n + i]!
    jacobian[3 * n + i] = wy * az - wz * ay
    jacobian[4 * n + i] = wz * ax - wx * az
    jacobian[5 * n + i] = wx * ay - wy * ax
  }
}
