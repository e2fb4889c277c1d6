import { type Table, tableNormal } from '../scene/table.ts'
import { TIP_TABLE_CONTACT } from '../scene/tip.ts'
import { type RapierCell, TIP_MASS_KG } from './rapier-cell.ts'

/** Share of the tip body's lag that is taken back in each step. */
const PULL = 0.5
/** First-order low-pass of the contact force, per step. */
const FORCE_SMOOTHING = 0.5
const MAX_SPEED_M_PER_S = 3
/** Below this a fading force is none. */
const NO_FORCE_N = 1e-6

/**
 * Ties the arm's tool point to the tip body in the Rapier world. In each step the body is sent after the
 * tool point; what contact changes in its velocity is the contact force, which acts back on the arm a
 * step later. At rest the tie is a spring of `PULL · TIP_MASS_KG / dt²`.
 */
export class RapierTip {
  /** Force of the object on the arm, smoothed [3], base frame [N]. */
  readonly contactForce = new Float64Array(3)
  private readonly timestepS: number
  private readonly maxForceN: number
  private readonly velocity = new Float64Array(3)
  private readonly scratch = new Float64Array(3)

  constructor(timestepS: number, maxForceN: number) {
    this.timestepS = timestepS
    this.maxForceN = maxForceN
  }

  reset(): void {
    this.contactForce.fill(0)
    this.velocity.fill(0)
  }

  /** Sends the body after the tool point. @param tip,tipVelocity,approach - of the arm [3] */
  send(
    cell: RapierCell,
    tip: Float64Array,
    tipVelocity: Float64Array,
    approach: Float64Array,
  ): void {
    const v = this.velocity
    cell.readTipPosition(this.scratch)
    let speed2 = 0
    for (let i = 0; i < 3; i++) {
      const u = tipVelocity[i]!
      v[i] = u + PULL * ((tip[i]! - this.scratch[i]!) / this.timestepS - u)
      speed2 += v[i]! * v[i]!
    }
    if (speed2 > MAX_SPEED_M_PER_S * MAX_SPEED_M_PER_S) {
      const scale = MAX_SPEED_M_PER_S / Math.sqrt(speed2)
      for (let i = 0; i < 3; i++) v[i] = v[i]! * scale
    }
    // As Rapier will keep it, so that a step without contact reads exactly no force.
    for (let i = 0; i < 3; i++) v[i] = Math.fround(v[i]!)
    cell.driveTip(v, approach)
  }

  /** Reads after the world's step what the contact did to the body. */
  feel(cell: RapierCell): void {
    cell.readTipVelocity(this.scratch)
    const max = this.maxForceN
    for (let i = 0; i < 3; i++) {
      const force = (TIP_MASS_KG * (this.scratch[i]! - this.velocity[i]!)) / this.timestepS
      const limited = Math.min(max, Math.max(-max, force))
      const last = this.contactForce[i]!
      const smoothed = last + FORCE_SMOOTHING * (limited - last)
      this.contactForce[i] = Math.abs(smoothed) < NO_FORCE_N ? 0 : smoothed
    }
  }
}

/** The tilted plane as the tip feels it: a spring and damper along the normal, friction across it. */
export class TipTableContact {
  private readonly normal = new Float64Array(3)
  private heightM = 0
  private friction = 0
  private readonly tipRadiusM: number

  constructor(tipRadiusM: number) {
    this.tipRadiusM = tipRadiusM
  }

  reset(table: Table): void {
    tableNormal(table, this.normal)
    this.heightM = table.heightM
    this.friction = table.frictionTip
  }

  /**
   * Adds the table's force on the tool point to `out` [3], [N]. The rounded end of the tip touches: a ball
   * of the tip's radius whose far side is the tool point.
   */
  addForce(
    tip: Float64Array,
    tipVelocity: Float64Array,
    approach: Float64Array,
    out: Float64Array,
  ): void {
    const n = this.normal
    const r = this.tipRadiusM
    const distance =
      (tip[0]! - r * approach[0]!) * n[0]! +
      (tip[1]! - r * approach[1]!) * n[1]! +
      (tip[2]! - r * approach[2]! - this.heightM) * n[2]!
    const depth = r - distance
    if (!(depth > 0)) return
    const { stiffnessNPerM, dampingNSPerM, fullFrictionSpeedMPerS } = TIP_TABLE_CONTACT
    const vn = tipVelocity[0]! * n[0]! + tipVelocity[1]! * n[1]! + tipVelocity[2]! * n[2]!
    const pressure = Math.max(0, stiffnessNPerM * depth - dampingNSPerM * vn)
    const tx = tipVelocity[0]! - vn * n[0]!
    const ty = tipVelocity[1]! - vn * n[1]!
    const tz = tipVelocity[2]! - vn * n[2]!
    const speed = Math.max(fullFrictionSpeedMPerS, Math.sqrt(tx * tx + ty * ty + tz * tz))
    const drag = (this.friction * pressure) / speed
    out[0] = out[0]! + pressure * n[0]! - drag * tx
    out[1] = out[1]! + pressure * n[1]! - drag * ty
    out[2] = out[2]! + pressure * n[2]! - drag * tz
  }
}
