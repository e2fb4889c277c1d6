import type { ArmModel } from './arm.ts'
import { choleskySolve } from './cholesky.ts'
import { ArmDynamics } from './dynamics.ts'

/**
 * How heavy the arm is to somebody who pushes its tool point in the rest pose [kg]: the inverse of the trace of
 * J (M + armature)⁻¹ Jᵀ, which no direction is lighter than. Motors and friction are left out.
 */
export function toolHeft(model: ArmModel): number {
  const n = model.numJoints
  const dynamics = new ArmDynamics(model)
  const mass = new Float64Array(n * n)
  const jacobian = new Float64Array(6 * n)
  dynamics.massMatrix(model.restPose, mass)
  for (let i = 0; i < n; i++) mass[i * n + i]! += model.armatureKgM2[i]!
  dynamics.kinematics.jacobian(jacobian)
  const factor = new Float64Array(n * n)
  let mobility = 0
  for (let axis = 0; axis < 3; axis++) {
    const row = jacobian.subarray(axis * n, axis * n + n)
    const moved = Float64Array.from(row)
    choleskySolve(Float64Array.from(mass), factor, moved, n)
    for (let i = 0; i < n; i++) mobility += row[i]! * moved[i]!
  }
  return 1 / mobility
}
