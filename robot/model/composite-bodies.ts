import type { ArmModel } from './arm.ts'
import type { ArmKinematics } from './kinematics.ts'

/** Inertia of the single links, axes of the base frame: mass [n], centre from the link's origin [n, 3], tensor [n, 6]. */
export interface LinkInertia {
  readonly massKg: Float64Array
  readonly com: Float64Array
  readonly inertia: Float64Array
}

/**
 * Mass matrix by the composite-rigid-body algorithm (Featherstone, "Rigid Body Dynamics Algorithms",
 * 2008, chapter 6), everything about the base origin.
 */
export class CompositeBodies {
  readonly #model: ArmModel
  readonly #links: LinkInertia
  readonly #position: Float64Array
  readonly #axis: Float64Array
  /** Mass [n], first moment [n, 3] and inertia [n, 6] of each link with all it carries. */
  readonly #compositeMass: Float64Array
  readonly #compositeMoment: Float64Array
  readonly #compositeInertia: Float64Array

  constructor(model: ArmModel, kinematics: ArmKinematics, links: LinkInertia) {
    const n = model.numJoints
    this.#model = model
    this.#links = links
    this.#position = kinematics.linkPosition
    this.#axis = kinematics.jointAxis
    this.#compositeMass = new Float64Array(n)
    this.#compositeMoment = new Float64Array(3 * n)
    this.#compositeInertia = new Float64Array(6 * n)
  }

  /**
   * Joint-space inertia of the links, without armature.
   * @param out - [numJoints, numJoints], symmetric
   */
  massMatrix(out: Float64Array): void {
    this.#composeInertia()
    const { numJoints: n, parent, isPrismatic } = this.#model
    const axis = this.#axis
    const position = this.#position
    const composite = this.#compositeInertia
    out.fill(0)
    for (let i = 0; i < n; i++) {
      const o = 3 * i
      const ux = axis[o]!
      const uy = axis[o + 1]!
      const uz = axis[o + 2]!
      const isSliding = isPrismatic[i] === 1
      const wx = isSliding ? 0 : ux
      const wy = isSliding ? 0 : uy
      const wz = isSliding ? 0 : uz
      const vx = isSliding ? ux : position[o + 1]! * uz - position[o + 2]! * uy
      const vy = isSliding ? uy : position[o + 2]! * ux - position[o]! * uz
      const vz = isSliding ? uz : position[o]! * uy - position[o + 1]! * ux
      // Momentum of the composite body at unit joint speed, about the base origin.
      const mass = this.#compositeMass[i]!
      const hx = this.#compositeMoment[o]!
      const hy = this.#compositeMoment[o + 1]!
      const hz = this.#compositeMoment[o + 2]!
      const lx = mass * vx + wy * hz - wz * hy
      const ly = mass * vy + wz * hx - wx * hz
      const lz = mass * vz + wx * hy - wy * hx
      const ixy = composite[2 * o + 3]!
      const ixz = composite[2 * o + 4]!
      const iyz = composite[2 * o + 5]!
      const kx = composite[2 * o]! * wx + ixy * wy + ixz * wz + hy * vz - hz * vy
      const ky = ixy * wx + composite[2 * o + 1]! * wy + iyz * wz + hz * vx - hx * vz
      const kz = ixz * wx + iyz * wy + composite[2 * o + 2]! * wz + hx * vy - hy * vx
      for (let j = i; j >= 0; j = parent[j]!) {
        const sx = axis[3 * j]!
        const sy = axis[3 * j + 1]!
        const sz = axis[3 * j + 2]!
        let value: number
        if (isPrismatic[j] === 1) value = sx * lx + sy * ly + sz * lz
        else {
          const px = position[3 * j]!
          const py = position[3 * j + 1]!
          const pz = position[3 * j + 2]!
          const tx = kx - py * lz + pz * ly
          const ty = ky - pz * lx + px * lz
          const tz = kz - px * ly + py * lx
          value = sx * tx + sy * ty + sz * tz
        }
        out[i * n + j] = value
        out[j * n + i] = value
      }
    }
  }

  /** Mass, first moment and inertia about the base origin of each link with all it carries. */
  #composeInertia(): void {
    const { numJoints, parent } = this.#model
    const mass = this.#compositeMass
    const moment = this.#compositeMoment
    const composite = this.#compositeInertia
    const { massKg, com, inertia } = this.#links
    for (let i = 0; i < numJoints; i++) {
      const m = massKg[i]!
      const x = this.#position[3 * i]! + com[3 * i]!
      const y = this.#position[3 * i + 1]! + com[3 * i + 1]!
      const z = this.#position[3 * i + 2]! + com[3 * i + 2]!
      mass[i] = m
      moment[3 * i] = m * x
      moment[3 * i + 1] = m * y
      moment[3 * i + 2] = m * z
      composite[6 * i] = inertia[6 * i]! + m * (y * y + z * z)
      composite[6 * i + 1] = inertia[6 * i + 1]! + m * (x * x + z * z)
      composite[6 * i + 2] = inertia[6 * i + 2]! + m * (x * x + y * y)
      composite[6 * i + 3] = inertia[6 * i + 3]! - m * x * y
      composite[6 * i + 4] = inertia[6 * i + 4]! - m * x * z
      composite[6 * i + 5] = inertia[6 * i + 5]! - m * y * z
    }
    for (let i = numJoints - 1; i >= 0; i--) {
      const p = parent[i]!
      if (p < 0) continue
      mass[p] = mass[p]! + mass[i]!
      for (let k = 0; k < 3; k++) moment[3 * p + k] = moment[3 * p + k]! + moment[3 * i + k]!
      for (let k = 0; k < 6; k++)
        composite[6 * p + k] = composite[6 * p + k]! + composite[6 * i + k]!
    }
  }
}
