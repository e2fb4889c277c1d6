import type { Puck } from '../scene/puck.ts'
import type { TipCapsule } from '../scene/tip.ts'
import type { ArmState } from './engine.ts'
import type { RapierCell } from './rapier-cell.ts'
import { TipTouch } from './rapier-touch.ts'

/** Share of the tip body's lag that is taken back in each step. */
const PULL = 0.5
/** First-order low-pass of the contact force, per step. */
const FORCE_SMOOTHING = 0.5
const MAX_SPEED_M_PER_S = 3
/** Below this a fading force is none. */
const NO_FORCE_N = 1e-6

export interface RapierTipOptions {
  readonly capsule: TipCapsule
  readonly timestepS: number
  /** Of the tip's body in the cell [kg]. */
  readonly massKg: number
  /** Harder knocks than this are cut off [N]. */
  readonly maxForceN: number
}

/**
 * Ties the arm's tool point to the tip body in the Rapier world. In each step the body is sent after the
 * tool point; what contact changes in its velocity is the contact force, which acts back on the arm a
 * step later. At rest the tie is a spring of `PULL · massKg / dt²`.
 */
export class RapierTip {
  /** Force of the object on the arm, smoothed [3], base frame [N]. */
  readonly contactForce = new Float64Array(3)
  /** The same force's torque about the tool point [3], base frame [Nm]: it acts further up the finger. */
  readonly contactTorque = new Float64Array(3)
  private readonly touch: TipTouch
  private readonly timestepS: number
  private readonly massKg: number
  private readonly maxForceN: number
  private readonly velocity = new Float64Array(3)
  /** From the tool point to the centre of the touching ball [3]. */
  private readonly arm = new Float64Array(3)
  private readonly scratch = new Float64Array(3)

  constructor(options: RapierTipOptions) {
    this.touch = new TipTouch(options.capsule)
    this.timestepS = options.timestepS
    this.massKg = options.massKg
    this.maxForceN = options.maxForceN
  }

  reset(puck: Puck): void {
    this.touch.reset(puck)
    this.contactForce.fill(0)
    this.contactTorque.fill(0)
    this.velocity.fill(0)
  }

  /** Sends the body after the tool point of `state`. @param approach - of the arm [3] */
  send(cell: RapierCell, state: ArmState, approach: Float64Array): void {
    const { tip, tipVelocity, objectPosition, objectQuaternion } = state
    const v = this.velocity
    cell.readTipPosition(this.scratch)
    const backM = this.touch.find(this.scratch, approach, objectPosition, objectQuaternion)
    let speed2 = 0
    for (let i = 0; i < 3; i++) {
      this.arm[i] = -backM * approach[i]!
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
    cell.driveTip(v, this.arm)
  }

  /** Reads after the world's step what the contact did to the body. */
  feel(cell: RapierCell): void {
    cell.readTipVelocity(this.scratch)
    const max = this.maxForceN
    for (let i = 0; i < 3; i++) {
      const force = (this.massKg * (this.scratch[i]! - this.velocity[i]!)) / this.timestepS
      const limited = Math.min(max, Math.max(-max, force))
      const last = this.contactForce[i]!
      const smoothed = last + FORCE_SMOOTHING * (limited - last)
      this.contactForce[i] = Math.abs(smoothed) < NO_FORCE_N ? 0 : smoothed
    }
    cross(this.arm, this.contactForce, this.contactTorque)
  }
}

function cross(a: Float64Array, b: Float64Array, out: Float64Array): void {
  out[0] = a[1]! * b[2]! - a[2]! * b[1]!
  out[1] = a[2]! * b[0]! - a[0]! * b[2]!
  out[2] = a[0]! * b[1]! - a[1]! * b[0]!
}
