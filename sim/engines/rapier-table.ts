import { type Table, tableNormal } from '../scene/table.ts'
import { TIP_TABLE_CONTACT } from '../scene/tip.ts'

const { stiffnessNPerM, dampingNSPerM } = TIP_TABLE_CONTACT

/**
 * The tilted plane as the tip feels it: springs and dampers along the normal and across it, the latter up to µ
 * times the pressure. Across, the spring begins where the tip came to rest: it sticks, and a sliding one takes the
 * spring's beginning along.
 *
 * The spring is far stiffer than explicit steps bear. So the contact gives what its springs press with now, and
 * what they and the dampers take off per speed in the coming step; `ArmDynamics` solves for that speed.
 */
export class TipTableContact {
  /** Upward unit normal of the table [3]. */
  readonly normal = new Float64Array(3)
  /** Of the springs, on the tool point [3], [N]. */
  readonly force = new Float64Array(3)
  /** What the force falls by per speed of the tool point along the normal and across it [N s/m]. */
  normalResistance = 0
  acrossResistance = 0
  isTouching = false
  private heightM = 0
  private friction = 0
  /** From where the tip sticks to where it is, across the normal [3], [m]. */
  private readonly stretch = new Float64Array(3)
  private readonly across = new Float64Array(3)
  private readonly tipRadiusM: number
  private readonly timestepS: number

  constructor(tipRadiusM: number, timestepS: number) {
    this.tipRadiusM = tipRadiusM
    this.timestepS = timestepS
  }

  reset(table: Table): void {
    tableNormal(table, this.normal)
    this.heightM = table.heightM
    this.friction = table.frictionTip
    this.leave()
  }

  /**
   * Brings force and resistances up to date. The rounded end of the tip touches: a ball of the tip's radius whose
   * far side is the tool point.
   *
   * @param tip,tipVelocity - after the last step, which was made with what was felt before it [3]
   * @param approach - outward direction of the tool [3]
   */
  feel(tip: Float64Array, tipVelocity: Float64Array, approach: Float64Array): void {
    const n = this.normal
    const resistance = dampingNSPerM + this.timestepS * stiffnessNPerM
    const depth = this.tipRadiusM - this.distance(tip, approach)
    const vn = tipVelocity[0]! * n[0]! + tipVelocity[1]! * n[1]! + tipVelocity[2]! * n[2]!
    const pressure = stiffnessNPerM * depth - resistance * vn
    if (!(depth > 0 && pressure > 0)) {
      if (this.isTouching) this.leave()
      return
    }
    const { across, force, stretch } = this
    let drag2 = 0
    for (let i = 0; i < 3; i++) {
      const speed = tipVelocity[i]! - vn * n[i]!
      if (this.isTouching) stretch[i] = stretch[i]! + this.timestepS * speed
      across[i] = -stiffnessNPerM * stretch[i]! - resistance * speed
      drag2 += across[i]! * across[i]!
    }
    this.isTouching = true
    const most = this.friction * pressure
    const isSliding = drag2 > most * most
    const scale = isSliding ? most / Math.sqrt(drag2) : 0
    for (let i = 0; i < 3; i++) {
      if (isSliding) stretch[i] = (-scale * across[i]!) / stiffnessNPerM
      force[i] = stiffnessNPerM * (depth * n[i]! - stretch[i]!)
    }
    this.normalResistance = resistance
    this.acrossResistance = isSliding ? 0 : resistance
  }

  /** Adds to `out` [3] what the contact exerts on a tool point of that velocity [3], [N]. */
  addForce(tipVelocity: Float64Array, out: Float64Array): void {
    if (!this.isTouching) return
    const { acrossResistance, force, normal: n, normalResistance } = this
    const vn = tipVelocity[0]! * n[0]! + tipVelocity[1]! * n[1]! + tipVelocity[2]! * n[2]!
    for (let i = 0; i < 3; i++) {
      const along = normalResistance * vn * n[i]!
      const across = acrossResistance * (tipVelocity[i]! - vn * n[i]!)
      out[i] = out[i]! + force[i]! - along - across
    }
  }

  save() {
    const { isTouching, stretch } = this
    return structuredClone({ isTouching, stretch })
  }

  restore({ isTouching, stretch }: ReturnType<TipTableContact['save']>): void {
    this.isTouching = isTouching
    this.stretch.set(stretch)
  }

  private leave(): void {
    this.isTouching = false
    this.force.fill(0)
    this.stretch.fill(0)
    this.normalResistance = 0
    this.acrossResistance = 0
  }

  /** Of the middle of the tip's rounded end from the plane [m]. */
  private distance(tip: Float64Array, approach: Float64Array): number {
    const n = this.normal
    const r = this.tipRadiusM
    return (
      (tip[0]! - r * approach[0]!) * n[0]! +
      (tip[1]! - r * approach[1]!) * n[1]! +
      (tip[2]! - r * approach[2]! - this.heightM) * n[2]!
    )
  }
}
