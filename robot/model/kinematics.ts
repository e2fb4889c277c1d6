import type { ArmModel } from './arm.ts'

/**
 * Where the links and the tool are for given joint positions. Arrays are owned by this object and
 * overwritten by `forward`; all in the base frame, SI, quaternions x, y, z, w.
 */
export class ArmKinematics {
  /** Origin of each joint's moved link [numJoints, 3]. */
  readonly linkPosition: Float64Array
  /** Orientation of each link [numJoints, 4]. */
  readonly linkQuaternion: Float64Array
  /** Unit axis of each joint [numJoints, 3]. */
  readonly jointAxis: Float64Array
  /** The tool point [3]. */
  readonly tip = new Float64Array(3)
  /** Unit vector from the wrist out through the tool point [3]. */
  readonly approach = new Float64Array(3)
  /** Orientation of the tool frame [4]. */
  readonly tipQuaternion = new Float64Array(4)
  readonly #model: ArmModel
  /** 1 for joints between base and tool; others do not move the tip. */
  readonly #movesTip: Uint8Array

  constructor(model: ArmModel) {
    const n = model.numJoints
    this.#model = model
    this.linkPosition = new Float64Array(3 * n)
    this.linkQuaternion = new Float64Array(4 * n)
    this.jointAxis = new Float64Array(3 * n)
    this.#movesTip = new Uint8Array(n)
    for (let i = model.tool.link; i >= 0; i = model.parent[i]!) this.#movesTip[i] = 1
    this.forward(new Float64Array(n))
  }

  /** Places links and tool. @param q - joint positions [numJoints], [rad or m] */
  forward(q: Float64Array): void {
    const { numJoints, parent, isPrismatic, originPosition, originQuaternion, axis } = this.#model
    const { linkPosition, linkQuaternion, jointAxis } = this
    for (let i = 0; i < numJoints; i++) {
      const p = parent[i]!
      const i3 = 3 * i
      const i4 = 4 * i
      let px = originPosition[i3]!
      let py = originPosition[i3 + 1]!
      let pz = originPosition[i3 + 2]!
      let x = originQuaternion[i4]!
      let y = originQuaternion[i4 + 1]!
      let z = originQuaternion[i4 + 2]!
      let w = originQuaternion[i4 + 3]!
      if (p >= 0) {
        const ax = linkQuaternion[4 * p]!
        const ay = linkQuaternion[4 * p + 1]!
        const az = linkQuaternion[4 * p + 2]!
        const aw = linkQuaternion[4 * p + 3]!
        const tx = 2 * (ay * pz - az * py)
        const ty = 2 * (az * px - ax * pz)
        const tz = 2 * (ax * py - ay * px)
        px += linkPosition[3 * p]! + aw * tx + ay * tz - az * ty
        py += linkPosition[3 * p + 1]! + aw * ty + az * tx - ax * tz
        pz += linkPosition[3 * p + 2]! + aw * tz + ax * ty - ay * tx
        const bx = x
        const by = y
        const bz = z
        const bw = w
        x = aw * bx + ax * bw + ay * bz - az * by
        y = aw * by - ax * bz + ay * bw + az * bx
        z = aw * bz + ax * by - ay * bx + az * bw
        w = aw * bw - ax * bx - ay * by - az * bz
      }
      const ux = axis[i3]!
      const uy = axis[i3 + 1]!
      const uz = axis[i3 + 2]!
      const tx = 2 * (y * uz - z * uy)
      const ty = 2 * (z * ux - x * uz)
      const tz = 2 * (x * uy - y * ux)
      const wx = ux + w * tx + y * tz - z * ty
      const wy = uy + w * ty + z * tx - x * tz
      const wz = uz + w * tz + x * ty - y * tx
      jointAxis[i3] = wx
      jointAxis[i3 + 1] = wy
      jointAxis[i3 + 2] = wz
      const qi = q[i]!
      if (isPrismatic[i] === 1) {
        px += wx * qi
        py += wy * qi
        pz += wz * qi
      } else {
        // Turn by q about the axis as it stands in the base frame: multiply from the left.
        const s = Math.sin(qi / 2)
        const c = Math.cos(qi / 2)
        const sx = wx * s
        const sy = wy * s
        const sz = wz * s
        const bx = x
        const by = y
        const bz = z
        x = c * bx + sx * w + sy * bz - sz * by
        y = c * by - sx * bz + sy * w + sz * bx
        z = c * bz + sx * by - sy * bx + sz * w
        w = c * w - sx * bx - sy * by - sz * bz
      }
      linkPosition[i3] = px
      linkPosition[i3 + 1] = py
      linkPosition[i3 + 2] = pz
      linkQuaternion[i4] = x
      linkQuaternion[i4 + 1] = y
      linkQuaternion[i4 + 2] = z
      linkQuaternion[i4 + 3] = w
    }
    this.#placeTool()
  }

  /**
   * Jacobian of the tool point: out · qd = [velocity, angular velocity], base frame.
   * @param out - [6, numJoints] row-major, three linear rows, then three angular
   */
  jacobian(out: Float64Array): void {
    const { numJoints: n, isPrismatic } = this.#model
    const { linkPosition, jointAxis, tip } = this
    for (let i = 0; i < n; i++) {
      const ux = jointAxis[3 * i]!
      const uy = jointAxis[3 * i + 1]!
      const uz = jointAxis[3 * i + 2]!
      const isMoving = this.#movesTip[i]!
      const isTurning = isMoving * (1 - isPrismatic[i]!)
      const isSliding = isMoving - isTurning
      const dx = tip[0]! - linkPosition[3 * i]!
      const dy = tip[1]! - linkPosition[3 * i + 1]!
      const dz = tip[2]! - linkPosition[3 * i + 2]!
      out[i] = isTurning * (uy * dz - uz * dy) + isSliding * ux
      out[n + i] = isTurning * (uz * dx - ux * dz) + isSliding * uy
      out[2 * n + i] = isTurning * (ux * dy - uy * dx) + isSliding * uz
      out[3 * n + i] = isTurning * ux
      out[4 * n + i] = isTurning * uy
      out[5 * n + i] = isTurning * uz
    }
  }

  #placeTool(): void {
    const { link, position, quaternion, approach } = this.#model.tool
    const { linkPosition, linkQuaternion, tip, tipQuaternion } = this
    const x = linkQuaternion[4 * link]!
    const y = linkQuaternion[4 * link + 1]!
    const z = linkQuaternion[4 * link + 2]!
    const w = linkQuaternion[4 * link + 3]!
    turn(x, y, z, w, position, tip)
    for (let k = 0; k < 3; k++) tip[k] = tip[k]! + linkPosition[3 * link + k]!
    turn(x, y, z, w, approach, this.approach)
    const bx = quaternion[0]!
    const by = quaternion[1]!
    const bz = quaternion[2]!
    const bw = quaternion[3]!
    tipQuaternion[0] = w * bx + x * bw + y * bz - z * by
    tipQuaternion[1] = w * by - x * bz + y * bw + z * bx
    tipQuaternion[2] = w * bz + x * by - y * bx + z * bw
    tipQuaternion[3] = w * bw - x * bx - y * by - z * bz
  }
}

function turn(
  x: number,
  y: number,
  z: number,
  w: number,
  v: Float64Array,
  out: Float64Array,
): void {
  const tx = 2 * (y * v[2]! - z * v[1]!)
  const ty = 2 * (z * v[0]! - x * v[2]!)
  const tz = 2 * (x * v[1]! - y * v[0]!)
  out[0] = v[0]! + w * tx + y * tz - z * ty
  out[1] = v[1]! + w * ty + z * tx - x * tz
  out[2] = v[2]! + w * tz + x * ty - y * tx
}
