import { type Table, tableNormal } from '../scene/table.ts'
import { TIP_TABLE_CONTACT } from '../scene/tip.ts'

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
