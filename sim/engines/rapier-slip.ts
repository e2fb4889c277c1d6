import { invertQuaternion, rotate } from '../../robot/model/pose.ts'
import { footCentre, numFeet, type ObjectKind, objectInertia } from '../scene/object.ts'
import type { ObjectPhysics, ObjectState } from './engine.ts'

/** The correction fades below this share of the speed that friction takes in a step. */
const FADE = 0.1
const STILL_M_PER_S = 1e-4
/** A foot is at most about as far from an object's middle [m]. */
const ARM_M = 0.05

/** What presses on an object: force on it [N], and where, from its middle [m]; base frame [3]. */
export interface Press {
  readonly force: Float64Array
  readonly place: Float64Array
}

/**
 * What Rapier's friction lacks under sliding feet. Since 0.35 (JavaScript 0.20) its solver takes the impulse that
 * would stop a contact's slip u, -K⁻¹ u with the 2×2 effective inverse mass K of the contact, and cuts it to µN in
 * length (contact_constraint_element.rs, `ContactConstraintTangentPart::solve`). So a foot is braked along K⁻¹ u
 * instead of along u, for a puck up to 10° aside, at any time step: pushed pucks turn too far, and turn where
 * nothing turns them. µN times the difference of the two directions, over the feet, is the wrench that corrects it.
 *
 * The feet's loads are those of a slow motion: feet of equal stiffness under the object's weight, what presses on
 * it, and friction. The correction fades where friction brings a foot to rest within a step.
 */
export class SlipCorrection {
  /** Of the coming step, at the centre of mass and about it, base frame [3], [N s], [Nm s]. */
  readonly impulse = new Float64Array(3)
  readonly angularImpulse = new Float64Array(3)
  private readonly n: number
  /** Places of the feet's lowest points from the centre of mass, object frame: x and y [n], one z. */
  private readonly x: Float64Array
  private readonly y: Float64Array
  private z = 0
  /** Their mean, and sums of the squares of what they lie off it. */
  private middleX = 0
  private middleY = 0
  private spreadX = 0
  private spreadY = 0
  /** Effective inverse mass K of each foot, object frame [n], [1/kg]. */
  private readonly kXX: Float64Array
  private readonly kXY: Float64Array
  private readonly kYY: Float64Array
  /** Slip of each foot, unit vector, and how much of the correction applies [n]. */
  private readonly slipX: Float64Array
  private readonly slipY: Float64Array
  private readonly share: Float64Array
  private massKg = 0
  private friction = 0
  private fadeMPerS = 0
  private readonly comM = new Float64Array(3)
  private readonly gravity = new Float64Array(3)
  private readonly timestepS: number
  private readonly inverse = new Float64Array(4)
  private readonly velocity = new Float64Array(3)
  private readonly spin = new Float64Array(3)
  private readonly weight = new Float64Array(3)
  private readonly press = new Float64Array(3)
  private readonly place = new Float64Array(3)
  /** Load of a foot at x, y: `mean` + `alongX` · x + `alongY` · y [N], [N/m]. */
  private mean = 0
  private alongX = 0
  private alongY = 0

  constructor(kind: ObjectKind, timestepS: number) {
    this.n = numFeet(kind)
    this.timestepS = timestepS
    const perFoot = () => new Float64Array(this.n)
    this.x = perFoot()
    this.y = perFoot()
    this.kXX = perFoot()
    this.kXY = perFoot()
    this.kYY = perFoot()
    this.slipX = perFoot()
    this.slipY = perFoot()
    this.share = perFoot()
  }

  reset(physics: ObjectPhysics, gravity: Float64Array): void {
    const { massKg, comM, frictionTable } = physics
    this.placeFeet(physics)
    this.massKg = massKg
    this.friction = frictionTable
    this.comM.set(comM)
    this.gravity.set(gravity)
    const inStepMPerS = frictionTable * Math.hypot(...gravity) * this.timestepS
    this.fadeMPerS = Math.max(STILL_M_PER_S, FADE * inStepMPerS)
  }

  private placeFeet({ shape, massKg, comM }: ObjectPhysics): void {
    const { n, x, y, place } = this
    const z = -shape.halfSizeM[2]! - comM[2]!
    objectInertia(shape, massKg, place)
    const [iXX, iYY, iZZ] = [1 / place[0]!, 1 / place[1]!, 1 / place[2]!]
    for (let i = 0; i < n; i++) {
      footCentre(shape, i, place)
      const px = place[0]! - comM[0]!
      const py = place[1]! - comM[1]!
      x[i] = px
      y[i] = py
      this.kXX[i] = 1 / massKg + z * z * iYY + py * py * iZZ
      this.kYY[i] = 1 / massKg + z * z * iXX + px * px * iZZ
      this.kXY[i] = -px * py * iZZ
    }
    this.z = z
    this.middleX = meanOf(x)
    this.middleY = meanOf(y)
    this.spreadX = squaresAbout(this.middleX, x)
    this.spreadY = squaresAbout(this.middleY, y)
  }

  /**
   * Brings the impulses up to date for an object that stands on its feet; whether there are any.
   *
   * @param state - motion of the object's middle
   */
  update(state: ObjectState, press: Press | undefined): boolean {
    if (isStill(state)) return false
    this.enterFrame(state, press)
    this.findSlip()
    this.brake()
    rotate(state.quaternion, this.impulse, this.impulse)
    rotate(state.quaternion, this.angularImpulse, this.angularImpulse)
    return true
  }

  /** Brings motion of the centre of mass, weight and press into the object's frame. */
  private enterFrame(state: ObjectState, press: Press | undefined): void {
    const { inverse, velocity: v, spin: w, comM: c } = this
    invertQuaternion(state.quaternion, inverse)
    rotate(inverse, state.velocity, v)
    rotate(inverse, state.angularVelocity, w)
    v[0] = v[0]! + w[1]! * c[2]! - w[2]! * c[1]!
    v[1] = v[1]! + w[2]! * c[0]! - w[0]! * c[2]!
    rotate(inverse, this.gravity, this.weight)
    for (let k = 0; k < 3; k++) this.weight[k] = this.massKg * this.weight[k]!
    if (press === undefined) {
      this.press.fill(0)
      this.place.fill(0)
      return
    }
    rotate(inverse, press.force, this.press)
    rotate(inverse, press.place, this.place)
    for (let k = 0; k < 3; k++) this.place[k] = this.place[k]! - c[k]!
  }

  /** Direction of each foot's slip. */
  private findSlip(): void {
    const { velocity: v, spin: w, z } = this
    for (let i = 0; i < this.n; i++) {
      const ux = v[0]! + w[1]! * z - w[2]! * this.y[i]!
      const uy = v[1]! + w[2]! * this.x[i]! - w[0]! * z
      const speed = Math.sqrt(ux * ux + uy * uy)
      const scale = 1 / Math.max(speed, STILL_M_PER_S)
      this.slipX[i] = ux * scale
      this.slipY[i] = uy * scale
      this.share[i] = speed / (speed + this.fadeMPerS)
    }
  }

  /** Adds up the feet's corrections, object frame. */
  private brake(): void {
    const { x, y, z, kXX, kXY, kYY, slipX, slipY } = this
    this.shareLoad()
    const most = this.friction * this.timestepS
    let sumX = 0
    let sumY = 0
    let twist = 0
    for (let i = 0; i < this.n; i++) {
      const load = this.mean + this.alongX * x[i]! + this.alongY * y[i]!
      if (!(load > 0)) continue
      const sx = kYY[i]! * slipX[i]! - kXY[i]! * slipY[i]!
      const sy = kXX[i]! * slipY[i]! - kXY[i]! * slipX[i]!
      const length = Math.sqrt(sx * sx + sy * sy)
      if (length === 0) continue
      const scale = 1 / length
      const size = most * load * this.share[i]!
      const fx = size * (sx * scale - slipX[i]!)
      const fy = size * (sy * scale - slipY[i]!)
      sumX += fx
      sumY += fy
      twist += x[i]! * fy - y[i]! * fx
    }
    fill(this.impulse, sumX, sumY, 0)
    fill(this.angularImpulse, -z * sumY, z * sumX, twist)
  }

  /** Finds `mean`, `alongX` and `alongY`. */
  private shareLoad(): void {
    const { z, press: f, place: r, n, middleX, middleY } = this
    const total = Math.max(0, -this.weight[2]! - f[2]!)
    let dragX = 0
    let dragY = 0
    for (let i = 0; i < n; i++) {
      dragX -= this.slipX[i]! * this.share[i]!
      dragY -= this.slipY[i]! * this.share[i]!
    }
    const drag = (this.friction * total) / n
    // Moments about the centre of mass, of the loads against what presses and friction at the feet.
    const momentX = r[2]! * f[0]! - r[0]! * f[2]! + z * drag * dragX
    const momentY = r[2]! * f[1]! - r[1]! * f[2]! + z * drag * dragY
    this.alongX = (momentX - middleX * total) / this.spreadX
    this.alongY = (momentY - middleY * total) / this.spreadY
    this.mean = total / n - this.alongX * middleX - this.alongY * middleY
  }
}

function fill(out: Float64Array, x: number, y: number, z: number): void {
  out[0] = x
  out[1] = y
  out[2] = z
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function squaresAbout(middle: number, values: Float64Array): number {
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
}

function isStill({ velocity: v, angularVelocity: w }: ObjectState): boolean {
  const speed2 = v[0]! * v[0]! + v[1]! * v[1]! + v[2]! * v[2]!
  const spin2 = w[0]! * w[0]! + w[1]! * w[1]! + w[2]! * w[2]!
  return speed2 + ARM_M * ARM_M * spin2 < STILL_M_PER_S * STILL_M_PER_S
}
