import type { ArmModel } from './arm.ts'
import type { ArmKinematics } from './kinematics.ts'

/**
 * Adds to the joints' outer torques what a force [N] at a point [m] of a link does, and a torque [Nm].
 *
 * @param point,force,torque - [3], base frame
 * @param out - [numJoints], [Nm or N]
 */
export function addLinkWrench(
  { parent, isPrismatic }: ArmModel,
  { linkPosition, jointAxis }: ArmKinematics,
  link: number,
  point: Float64Array,
  force: Float64Array,
  torque: Float64Array,
  out: Float64Array,
): void {
  for (let i = link; i >= 0; i = parent[i]!) {
    const ux = jointAxis[3 * i]!
    const uy = jointAxis[3 * i + 1]!
    const uz = jointAxis[3 * i + 2]!
    if (isPrismatic[i] === 1) {
      out[i] = out[i]! + ux * force[0]! + uy * force[1]! + uz * force[2]!
      continue
    }
    const dx = point[0]! - linkPosition[3 * i]!
    const dy = point[1]! - linkPosition[3 * i + 1]!
    const dz = point[2]! - linkPosition[3 * i + 2]!
    const mx = dy * force[2]! - dz * force[1]! + torque[0]!
    const my = dz * force[0]! - dx * force[2]! + torque[1]!
    const mz = dx * force[1]! - dy * force[0]! + torque[2]!
    out[i] = out[i]! + ux * mx + uy * my + uz * mz
  }
}

/**
 * Velocity [m/s] of a point [m] of a link, and the link's angular velocity [rad/s].
 *
 * @param qd - [numJoints]
 * @param point,velocity,spin - [3], base frame; the last two are results
 */
export function linkVelocity(
  { parent, isPrismatic }: ArmModel,
  { linkPosition, jointAxis }: ArmKinematics,
  qd: Float64Array,
  link: number,
  point: Float64Array,
  velocity: Float64Array,
  spin: Float64Array,
): void {
  velocity.fill(0)
  spin.fill(0)
  for (let i = link; i >= 0; i = parent[i]!) {
    const speed = qd[i]!
    const wx = speed * jointAxis[3 * i]!
    const wy = speed * jointAxis[3 * i + 1]!
    const wz = speed * jointAxis[3 * i + 2]!
    if (isPrismatic[i] === 1) {
      velocity[0] = velocity[0]! + wx
      velocity[1] = velocity[1]! + wy
      velocity[2] = velocity[2]! + wz
      continue
    }
    const dx = point[0]! - linkPosition[3 * i]!
    const dy = point[1]! - linkPosition[3 * i + 1]!
    const dz = point[2]! - linkPosition[3 * i + 2]!
    velocity[0] = velocity[0]! + wy * dz - wz * dy
    velocity[1] = velocity[1]! + wz * dx - wx * dz
    velocity[2] = velocity[2]! + wx * dy - wy * dx
    spin[0] = spin[0]! + wx
    spin[1] = spin[1]! + wy
    spin[2] = spin[2]! + wz
  }
}

/** What a spring [N/m] against a point [m] of a link is to the link's own joint [Nm/rad or N/m]. */
export function stiffnessAtJoint(
  { isPrismatic }: ArmModel,
  { linkPosition, jointAxis }: ArmKinematics,
  link: number,
  point: Float64Array,
  stiffness: number,
): number {
  if (isPrismatic[link] === 1) return stiffness
  const ux = jointAxis[3 * link]!
  const uy = jointAxis[3 * link + 1]!
  const uz = jointAxis[3 * link + 2]!
  const dx = point[0]! - linkPosition[3 * link]!
  const dy = point[1]! - linkPosition[3 * link + 1]!
  const dz = point[2]! - linkPosition[3 * link + 2]!
  const x = uy * dz - uz * dy
  const y = uz * dx - ux * dz
  const z = ux * dy - uy * dx
  return stiffness * (x * x + y * y + z * z)
}

/**
 * Adds to `out` what a damper at the tool point is to the joints, Jᵀ D J: of strength `along` a unit vector and
 * `across` it [N s/m].
 *
 * @param jacobian - of the tool point, translation in its first rows [6, numJoints]
 * @param normal - [3], base frame
 * @param out - [numJoints, numJoints], [Nm s/rad]
 */
export function addResistance(
  jacobian: Float64Array,
  normal: Float64Array,
  along: number,
  across: number,
  out: Float64Array,
): void {
  const n = jacobian.length / 6
  const nx = normal[0]!
  const ny = normal[1]!
  const nz = normal[2]!
  for (let i = 0; i < n; i++) {
    const ix = jacobian[i]!
    const iy = jacobian[n + i]!
    const iz = jacobian[2 * n + i]!
    const reach = (along - across) * (ix * nx + iy * ny + iz * nz)
    // What joint i's motion is braked with: J_i · (along n nᵀ + across (1 - n nᵀ)).
    const x = reach * nx + across * ix
    const y = reach * ny + across * iy
    const z = reach * nz + across * iz
    for (let j = 0; j < n; j++) {
      const resistance = x * jacobian[j]! + y * jacobian[n + j]! + z * jacobian[2 * n + j]!
      out[i * n + j] = out[i * n + j]! + resistance
    }
  }
}
