import type { ArmModel } from './arm.ts'
import { CompositeBodies } from './composite-bodies.ts'
import type { ArmKinematics } from './kinematics.ts'

/**
 * Rigid-body recursions over the links of one arm, all vectors in the base frame about each joint's
 * origin: bias forces by recursive Newton-Euler (Featherstone,
 * "Rigid Body Dynamics Algorithms", 2008, chapter 5), mass matrix by composite bodies.
 *
 * `place` must have been called for the positions in question; then the other methods may be called in
 * any order. Mass and inertia scale belong to the caller and may change between calls of `place`.
 */
export class LinkBodies {
  /** Mass of the links [n], the caller's array. */
  readonly massKg: Float64Array
  /** Centre of mass from the link's origin [n, 3]; inertia about it, xx yy zz xy xz yz [n, 6]. */
  readonly com: Float64Array
  readonly inertia: Float64Array
  readonly #model: ArmModel
  readonly #inertiaScale: Float64Array
  readonly #position: Float64Array
  readonly #axis: Float64Array
  readonly #quaternion: Float64Array
  /** Angular velocity, angular and linear acceleration of the link frames [n, 3]. */
  readonly #omega: Float64Array
  readonly #alpha: Float64Array
  readonly #acceleration: Float64Array
  /** Force and moment about the link's origin [n, 3]. */
  readonly #force: Float64Array
  readonly #moment: Float64Array
  readonly #composites: CompositeBodies

  constructor(
    model: ArmModel,
    kinematics: ArmKinematics,
    masses: { readonly massKg: Float64Array; readonly inertiaScale: Float64Array },
  ) {
    const n = model.numJoints
    this.#model = model
    this.massKg = masses.massKg
    this.#inertiaScale = masses.inertiaScale
    this.#position = kinematics.linkPosition
    this.#axis = kinematics.jointAxis
    this.#quaternion = kinematics.linkQuaternion
    this.com = new Float64Array(3 * n)
    this.inertia = new Float64Array(6 * n)
    this.#omega = new Float64Array(3 * n)
    this.#alpha = new Float64Array(3 * n)
    this.#acceleration = new Float64Array(3 * n)
    this.#force = new Float64Array(3 * n)
    this.#moment = new Float64Array(3 * n)
    this.#composites = new CompositeBodies(model, kinematics, this)
  }

  /** Takes over the link frames of the kinematics this object was made with. */
  place(): void {
    const { numJoints, comM, inertiaKgM2 } = this.#model
    const quaternion = this.#quaternion
    const com = this.com
    const inertia = this.inertia
    for (let i = 0; i < numJoints; i++) {
      const x = quaternion[4 * i]!
      const y = quaternion[4 * i + 1]!
      const z = quaternion[4 * i + 2]!
      const w = quaternion[4 * i + 3]!
      const r00 = 1 - 2 * (y * y + z * z)
      const r01 = 2 * (x * y - z * w)
      const r02 = 2 * (x * z + y * w)
      const r10 = 2 * (x * y + z * w)
      const r11 = 1 - 2 * (x * x + z * z)
      const r12 = 2 * (y * z - x * w)
      const r20 = 2 * (x * z - y * w)
      const r21 = 2 * (y * z + x * w)
      const r22 = 1 - 2 * (x * x + y * y)
      const cx = comM[3 * i]!
      const cy = comM[3 * i + 1]!
      const cz = comM[3 * i + 2]!
      com[3 * i] = r00 * cx + r01 * cy + r02 * cz
      com[3 * i + 1] = r10 * cx + r11 * cy + r12 * cz
      com[3 * i + 2] = r20 * cx + r21 * cy + r22 * cz
      const scale = this.#inertiaScale[i]!
      const ixx = scale * inertiaKgM2[6 * i]!
      const iyy = scale * inertiaKgM2[6 * i + 1]!
      const izz = scale * inertiaKgM2[6 * i + 2]!
      const ixy = scale * inertiaKgM2[6 * i + 3]!
      const ixz = scale * inertiaKgM2[6 * i + 4]!
      const iyz = scale * inertiaKgM2[6 * i + 5]!
      // R I, then (R I) Rᵀ.
      const a00 = r00 * ixx + r01 * ixy + r02 * ixz
      const a01 = r00 * ixy + r01 * iyy + r02 * iyz
      const a02 = r00 * ixz + r01 * iyz + r02 * izz
      const a10 = r10 * ixx + r11 * ixy + r12 * ixz
      const a11 = r10 * ixy + r11 * iyy + r12 * iyz
      const a12 = r10 * ixz + r11 * iyz + r12 * izz
      const a20 = r20 * ixx + r21 * ixy + r22 * ixz
      const a21 = r20 * ixy + r21 * iyy + r22 * iyz
      const a22 = r20 * ixz + r21 * iyz + r22 * izz
      inertia[6 * i] = a00 * r00 + a01 * r01 + a02 * r02
      inertia[6 * i + 1] = a10 * r10 + a11 * r11 + a12 * r12
      inertia[6 * i + 2] = a20 * r20 + a21 * r21 + a22 * r22
      inertia[6 * i + 3] = a00 * r10 + a01 * r11 + a02 * r12
      inertia[6 * i + 4] = a00 * r20 + a01 * r21 + a02 * r22
      inertia[6 * i + 5] = a10 * r20 + a11 * r21 + a12 * r22
    }
  }

  /**
   * Joint torques that hold the arm at zero joint acceleration: gravity, centrifugal and Coriolis.
   * @param out - [numJoints], [Nm or N]
   */
  bias(qd: Float64Array, gravity: Float64Array, out: Float64Array): void {
    this.#accelerate(qd, gravity)
    this.#collect(out)
  }

  /** Outward pass: motion of every link, and the force and moment that this motion takes. */
  #accelerate(qd: Float64Array, gravity: Float64Array): void {
    const { numJoints, parent, isPrismatic } = this.#model
    const position = this.#position
    const axis = this.#axis
    const com = this.com
    const inertia = this.inertia
    const omega = this.#omega
    const alpha = this.#alpha
    const acceleration = this.#acceleration
    for (let i = 0; i < numJoints; i++) {
      const o = 3 * i
      const p = 3 * parent[i]!
      let wx = 0
      let wy = 0
      let wz = 0
      let lx = 0
      let ly = 0
      let lz = 0
      let ax = -gravity[0]!
      let ay = -gravity[1]!
      let az = -gravity[2]!
      if (p >= 0) {
        wx = omega[p]!
        wy = omega[p + 1]!
        wz = omega[p + 2]!
        lx = alpha[p]!
        ly = alpha[p + 1]!
        lz = alpha[p + 2]!
        const dx = position[o]! - position[p]!
        const dy = position[o + 1]! - position[p + 1]!
        const dz = position[o + 2]! - position[p + 2]!
        const cx = wy * dz - wz * dy
        const cy = wz * dx - wx * dz
        const cz = wx * dy - wy * dx
        ax = acceleration[p]! + ly * dz - lz * dy + wy * cz - wz * cy
        ay = acceleration[p + 1]! + lz * dx - lx * dz + wz * cx - wx * cz
        az = acceleration[p + 2]! + lx * dy - ly * dx + wx * cy - wy * cx
      }
      const speed = qd[i]!
      const sx = axis[o]! * speed
      const sy = axis[o + 1]! * speed
      const sz = axis[o + 2]! * speed
      const gx = wy * sz - wz * sy
      const gy = wz * sx - wx * sz
      const gz = wx * sy - wy * sx
      if (isPrismatic[i] === 1) {
        ax += 2 * gx
        ay += 2 * gy
        az += 2 * gz
      } else {
        lx += gx
        ly += gy
        lz += gz
        wx += sx
        wy += sy
        wz += sz
      }
      omega[o] = wx
      omega[o + 1] = wy
      omega[o + 2] = wz
      alpha[o] = lx
      alpha[o + 1] = ly
      alpha[o + 2] = lz
      acceleration[o] = ax
      acceleration[o + 1] = ay
      acceleration[o + 2] = az
      const dx = com[o]!
      const dy = com[o + 1]!
      const dz = com[o + 2]!
      const cx = wy * dz - wz * dy
      const cy = wz * dx - wx * dz
      const cz = wx * dy - wy * dx
      const mass = this.massKg[i]!
      const fx = mass * (ax + ly * dz - lz * dy + wy * cz - wz * cy)
      const fy = mass * (ay + lz * dx - lx * dz + wz * cx - wx * cz)
      const fz = mass * (az + lx * dy - ly * dx + wx * cy - wy * cx)
      const ixx = inertia[2 * o]!
      const iyy = inertia[2 * o + 1]!
      const izz = inertia[2 * o + 2]!
      const ixy = inertia[2 * o + 3]!
      const ixz = inertia[2 * o + 4]!
      const iyz = inertia[2 * o + 5]!
      const hx = ixx * wx + ixy * wy + ixz * wz
      const hy = ixy * wx + iyy * wy + iyz * wz
      const hz = ixz * wx + iyz * wy + izz * wz
      this.#force[o] = fx
      this.#force[o + 1] = fy
      this.#force[o + 2] = fz
      this.#moment[o] = ixx * lx + ixy * ly + ixz * lz + wy * hz - wz * hy + dy * fz - dz * fy
      this.#moment[o + 1] = ixy * lx + iyy * ly + iyz * lz + wz * hx - wx * hz + dz * fx - dx * fz
      this.#moment[o + 2] = ixz * lx + iyz * ly + izz * lz + wx * hy - wy * hx + dx * fy - dy * fx
    }
  }

  /** Inward pass: forces and moments onto the joint axes. */
  #collect(out: Float64Array): void {
    const { numJoints, parent, isPrismatic } = this.#model
    const position = this.#position
    const axis = this.#axis
    const force = this.#force
    const moment = this.#moment
    for (let i = numJoints - 1; i >= 0; i--) {
      const o = 3 * i
      const p = 3 * parent[i]!
      const fx = force[o]!
      const fy = force[o + 1]!
      const fz = force[o + 2]!
      const mx = moment[o]!
      const my = moment[o + 1]!
      const mz = moment[o + 2]!
      const ux = axis[o]!
      const uy = axis[o + 1]!
      const uz = axis[o + 2]!
      out[i] = isPrismatic[i] === 1 ? ux * fx + uy * fy + uz * fz : ux * mx + uy * my + uz * mz
      if (p < 0) continue
      const dx = position[o]! - position[p]!
      const dy = position[o + 1]! - position[p + 1]!
      const dz = position[o + 2]! - position[p + 2]!
      force[p] = force[p]! + fx
      force[p + 1] = force[p + 1]! + fy
      force[p + 2] = force[p + 2]! + fz
      moment[p] = moment[p]! + mx + dy * fz - dz * fy
      moment[p + 1] = moment[p + 1]! + my + dz * fx - dx * fz
      moment[p + 2] = moment[p + 2]! + mz + dx * fy - dy * fx
    }
  }

  /**
   * Joint-space inertia of the links, without armature.
   * @param out - [numJoints, numJoints], symmetric
   */
  massMatrix(out: Float64Array): void {
    this.#composites.massMatrix(out)
  }
}
