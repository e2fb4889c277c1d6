import type { ArmModel, Finger } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import {
  matrixFromQuaternion,
  multiplyQuaternions,
  rotate,
  transformPoint,
} from '../../robot/model/pose.ts'

/** Share of its stroke that a hand opens at least to go round an object. */
const OPEN_ENOUGH = 0.7
/** Share below which it holds nothing: its fingers touch. */
const EMPTY = 0.08
/**
 * A hand has closed round something when it no longer closes further, although it may tremble [shares of its stroke].
 */
const CLOSES = 0.015
const TREMBLES = 0.1
const STILL_STEPS = 6

/** What measured joints say of the hand. */
export class HandView {
  readonly hasFixedJaw: boolean
  /** From the tool point along the opening to the inside of the finger that is farthest when open [m]. */
  readonly openingM: number
  /** Unit vector, seen from above, from a fixed jaw towards the one that moves [3]. */
  readonly opening = new Float64Array(3)
  private readonly kinematics: ArmKinematics
  private readonly q: Float64Array
  private readonly opens: readonly number[]
  private readonly gripper: ArmModel['gripper']
  /** `opens` in the base frame [3]. */
  private readonly along = new Float64Array(3)
  /** Share of the stroke that it is open. */
  private share = 0
  /** Where it was when it last moved. */
  private restShare = 0
  private stillSteps = 0

  constructor(model: ArmModel) {
    this.kinematics = new ArmKinematics(model)
    this.q = new Float64Array(model.numJoints)
    this.hasFixedJaw = model.gripper?.hasFixedJaw ?? false
    this.opens = [...(model.gripper?.opens ?? [0, 0, 0])]
    this.gripper = model.gripper
    this.openingM = this.measureOpening(model)
  }

  get isOpen(): boolean {
    return this.share > OPEN_ENOUGH
  }

  /** Whether it has closed, and not on itself. */
  get isRoundSomething(): boolean {
    return !this.isOpen && this.share > EMPTY
  }

  get isStill(): boolean {
    return this.stillSteps >= STILL_STEPS
  }

  /** @param begin - of the joint positions [rad or m] in the observation */
  look(observation: Float32Array, begin: number): void {
    for (let i = 0; i < this.q.length; i++) this.q[i] = observation[begin + i]!
    this.lookAtStroke()
    this.kinematics.forward(this.q)
    rotate(this.kinematics.tipQuaternion, this.opens, this.along)
    const length = Math.hypot(this.along[0]!, this.along[1]!) || 1
    this.opening[0] = this.along[0]! / length
    this.opening[1] = this.along[1]! / length
  }

  /**
   * Where a point is between the fingers.
   *
   * @param point - from the tool point, in the base frame [3], [m]
   * @param out - along the opening, across it, and along the fingers from the wrist outwards [3], [m]
   */
  locate(point: readonly number[], out: Float64Array): void {
    const { along } = this
    const { approach } = this.kinematics
    out[0] = dot(point, along)
    out[2] = dot(point, approach)
    out[1] = Math.sqrt(Math.max(0, dot(point, point) - out[0] ** 2 - out[2] ** 2))
  }

  private measureOpening({ gripper, restPose }: ArmModel): number {
    if (gripper === undefined) return 0
    const { kinematics, along } = this
    const q = Float64Array.from(restPose)
    q[gripper.joint] = gripper.open
    kinematics.forward(q)
    rotate(kinematics.tipQuaternion, this.opens, along)
    const insides = gripper.fingers.map(({ link, pads }) => {
      const frame = {
        position: kinematics.linkPosition.subarray(3 * link, 3 * link + 3),
        quaternion: kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4),
      }
      return Math.min(...pads.map((pad) => this.nearestOf(pad, frame)))
    })
    return Math.max(...insides)
  }

  /** Where a pad begins, from the tool point along the opening [m]. */
  private nearestOf(
    { position, quaternion, halfSizeM }: Finger['pads'][number],
    frame: { readonly position: Float64Array; readonly quaternion: Float64Array },
  ): number {
    const { along, kinematics } = this
    const [centre, turned, axes] = [new Float64Array(3), new Float64Array(4), new Float64Array(9)]
    transformPoint(frame, position, centre)
    multiplyQuaternions(frame.quaternion, quaternion, turned)
    matrixFromQuaternion(turned, axes)
    let nearest = 0
    for (let i = 0; i < 3; i++) {
      nearest += (centre[i]! - kinematics.tip[i]!) * along[i]!
      // Column i of the rotation is the pad's axis i.
      const cosine = axes[i]! * along[0]! + axes[3 + i]! * along[1]! + axes[6 + i]! * along[2]!
      nearest -= Math.abs(cosine) * halfSizeM[i]!
    }
    return nearest
  }

  private lookAtStroke(): void {
    if (this.gripper === undefined) return
    const { joint, open, closed } = this.gripper
    const share = (this.q[joint]! - closed) / (open - closed)
    const hasMoved = share < this.restShare - CLOSES || share > this.restShare + TREMBLES
    if (hasMoved) this.restShare = share
    this.stillSteps = hasMoved ? 0 : this.stillSteps + 1
    this.share = share
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!
}
