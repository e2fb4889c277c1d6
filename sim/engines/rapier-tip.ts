import {
  type Collider,
  ColliderDesc,
  type RigidBody,
  RigidBodyDesc,
  type World,
} from '@dimforge/rapier3d'
import type { TipCapsule } from '../scene/tip.ts'
import type { ArmState, ObjectPhysics } from './engine.ts'
import type { RapierCell } from './rapier-cell.ts'
import { collider, KIND } from './rapier-colliders.ts'
import { followVelocity, massProperties, pull, type TieOptions, tieForce } from './rapier-tie.ts'
import { TipTouch } from './rapier-touch.ts'
import { fillVector, readVector, type Vector } from './rapier-vectors.ts'

/**
 * Ties the arm's tool point to a ball in the Rapier world: the tip of a closed gripper. In each step the
 * ball's body is sent after the tool point; what contact changes in its velocity is the contact force, which
 * acts back on the arm a step later.
 */
export class RapierTip {
  /** Force of the objects on the arm, smoothed [3], base frame [N]. */
  readonly contactForce = new Float64Array(3)
  /** The same force's torque about the tool point [3], base frame [Nm]: it acts further up the finger. */
  readonly contactTorque = new Float64Array(3)
  private readonly touch: TipTouch
  private readonly options: TieOptions
  private readonly radiusM: number
  private body!: RigidBody
  private ball!: Collider
  /** Of the body: as it was after the last step, and as it is asked for [3]. */
  private readonly felt = new Float64Array(3)
  private readonly velocity = new Float64Array(3)
  /** From the tool point to the centre of the touching ball [3]. */
  private readonly arm = new Float64Array(3)
  private readonly scratch = new Float64Array(3)
  private readonly vector: Vector = { x: 0, y: 0, z: 0 }

  constructor(capsule: TipCapsule, options: TieOptions) {
    this.touch = new TipTouch(capsule)
    this.radiusM = capsule.radiusM
    this.options = options
  }

  /** Makes its body in a cell. */
  join(world: World, cell: RapierCell): void {
    const desc = RigidBodyDesc.dynamic().setCanSleep(false).setGravityScale(0).lockRotations()
    this.body = world.createRigidBody(massProperties(desc, this.options))
    const ball = collider(ColliderDesc.ball(this.radiusM), KIND.tip, KIND.object)
    this.ball = world.createCollider(ball, this.body)
    cell.followers.push(this.body)
  }

  /** Finds its body in a copy of its world. */
  moveTo(world: World, cell: RapierCell): void {
    this.body = world.getRigidBody(this.body.handle)
    this.ball = world.getCollider(this.ball.handle)
    cell.followers.push(this.body)
  }

  reset(objects: readonly ObjectPhysics[]): void {
    this.touch.reset(objects)
    this.contactForce.fill(0)
    this.contactTorque.fill(0)
    this.felt.fill(0)
    this.velocity.fill(0)
  }

  /** Puts the body where the tool point is, at rest. */
  enter(cell: RapierCell, state: ArmState): void {
    cell.setPose(this.body, { position: state.tip, quaternion: UNTURNED })
  }

  /** Sends the body after the tool point of `state`. @param approach - of the arm [3] */
  send(cell: RapierCell, state: ArmState, approach: Float64Array): void {
    cell.readPosition(this.body, this.scratch)
    const backM = this.touch.find(this.scratch, approach, state.objects)
    for (let i = 0; i < 3; i++) this.arm[i] = -backM * approach[i]!
    followVelocity(state.tip, this.scratch, state.tipVelocity, this.options, this.velocity)
    pull(this.body, this.felt, this.velocity, this.options, this.vector)
    // Setting the place, changed or not, also makes Rapier compute the contact anew: it otherwise keeps the
    // first normal for as long as a contact lasts.
    this.ball.setTranslationWrtParent(fillVector(this.arm, this.vector))
  }

  /** Reads after the world's step what the contact did to the body. */
  feel(): void {
    readVector(this.body.linvel(this.vector), this.felt)
    tieForce(this.felt, this.velocity, this.options, this.contactForce)
    cross(this.arm, this.contactForce, this.contactTorque)
  }

  save() {
    const { contactForce, contactTorque, felt } = this
    return structuredClone({ contactForce, contactTorque, felt })
  }

  restore({ contactForce, contactTorque, felt }: ReturnType<RapierTip['save']>): void {
    this.contactForce.set(contactForce)
    this.contactTorque.set(contactTorque)
    this.felt.set(felt)
  }
}

const UNTURNED = Float64Array.of(0, 0, 0, 1)

function cross(a: Float64Array, b: Float64Array, out: Float64Array): void {
  out[0] = a[1]! * b[2]! - a[2]! * b[1]!
  out[1] = a[2]! * b[0]! - a[0]! * b[2]!
  out[2] = a[0]! * b[1]! - a[1]! * b[0]!
}
