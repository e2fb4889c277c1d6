import {
  type Collider,
  ColliderDesc,
  type RigidBody,
  RigidBodyDesc,
  type World,
} from '@dimforge/rapier3d'
import type { ArmDynamics } from '../../robot/model/dynamics.ts'
import type { TipCapsule } from '../scene/tip.ts'
import type { ArmState, ObjectPhysics } from './engine.ts'
import type { RapierCell } from './rapier-cell.ts'
import { collider, KIND, tipKind } from './rapier-colliders.ts'
import type { Press } from './rapier-slip.ts'
import {
  followVelocity,
  massProperties,
  pull,
  type TieOptions,
  tieForce,
  tieStiffness,
} from './rapier-tie.ts'
import { TipTouch } from './rapier-touch.ts'
import { fillVector, readVector, type Vector } from './rapier-vectors.ts'

/**
 * Ties the arm's tool point to a body of balls in the Rapier world, one for each object: the tip of a closed gripper.
 * In each step the body is sent after the tool point; what contact changes in its velocity is the contact force,
 * which acts back on the arm a step later, where the nearest object is touched.
 */
export class RapierTip {
  /** Force of the objects on the arm, smoothed [3], base frame [N]. */
  readonly contactForce = new Float64Array(3)
  /** The same force's torque about the tool point [3], base frame [Nm]: it acts further up the finger. */
  readonly contactTorque = new Float64Array(3)
  /** What the tip exerts in the coming step, by the force of the last one. */
  readonly press: Press = { force: new Float64Array(3), place: new Float64Array(3) }
  /** Number of the object under `press`, -1 where there is none. */
  pressed = -1
  private readonly touch: TipTouch
  private readonly options: TieOptions
  private readonly radiusM: number
  private body!: RigidBody
  private balls: Collider[] = []
  /** From the tool point back to each ball [numObjects], [m]. */
  private backM = new Float64Array(0)
  /** Of the body: as it was after the last step, and as it is asked for [3]. */
  private readonly felt = new Float64Array(3)
  private readonly velocity = new Float64Array(3)
  /** From the tool point to the centre of the nearest object's ball [3]. */
  private readonly arm = new Float64Array(3)
  private readonly scratch = new Float64Array(3)
  private readonly normal = new Float64Array(3)
  private readonly give = new Float64Array(3)
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
    this.balls = cell.objects.map((_, index) => {
      const ball = collider(ColliderDesc.ball(this.radiusM), tipKind(index), KIND.object)
      return world.createCollider(ball, this.body)
    })
    this.backM = new Float64Array(this.balls.length)
    cell.followers.push(this.body)
  }

  /** Finds its body in a copy of its world. */
  moveTo(world: World, cell: RapierCell): void {
    this.body = world.getRigidBody(this.body.handle)
    this.balls = this.balls.map(({ handle }) => world.getCollider(handle))
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
    this.placeBalls(approach, state)
    this.locatePress(state)
    followVelocity(state.tip, this.scratch, state.tipVelocity, this.options, this.velocity)
    pull(this.body, this.felt, this.velocity, this.options, this.vector)
  }

  /**
   * Tells the arm how its contact force answers to its motion: the tie is a spring from the ball, which moves on as
   * it did. Without it a stiff tie and a light arm would swing against each other.
   */
  yield(dynamics: ArmDynamics): void {
    const { contactForce: f, felt, normal, give } = this
    const size = lengthOf(f)
    if (size === 0) return
    let speed = 0
    for (let i = 0; i < 3; i++) {
      normal[i] = f[i]! / size
      speed += normal[i]! * felt[i]!
    }
    const resistance = this.options.timestepS * tieStiffness(this.options)
    for (let i = 0; i < 3; i++) give[i] = resistance * speed * normal[i]!
    dynamics.addTipForce(give)
    dynamics.resistTip(normal, resistance, 0)
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

  /** Puts each ball where it may touch; `scratch` is where the body is. */
  private placeBalls(approach: Float64Array, state: ArmState): void {
    const { arm, backM, balls, scratch, touch, vector } = this
    touch.find(scratch, approach, state.objects, backM)
    for (let k = 0; k < balls.length; k++) {
      for (let i = 0; i < 3; i++) arm[i] = -backM[k]! * approach[i]!
      // Setting the place, changed or not, also makes Rapier compute the contact anew: it otherwise keeps the
      // first normal for as long as a contact lasts.
      balls[k]!.setTranslationWrtParent(fillVector(arm, vector))
    }
    const nearestM = backM[touch.nearest] ?? this.radiusM
    for (let i = 0; i < 3; i++) arm[i] = -nearestM * approach[i]!
  }

  /** The ball presses along its radius, as far as friction is small; `scratch` is where its body is. */
  private locatePress(state: ArmState): void {
    const { contactForce, press, touch } = this
    this.pressed = -1
    const object = state.objects[touch.nearest]
    if (object === undefined) return
    const size = lengthOf(contactForce)
    if (size === 0) return
    const reach = this.radiusM / size
    this.pressed = touch.nearest
    for (let i = 0; i < 3; i++) {
      press.force[i] = -contactForce[i]!
      const ball = this.scratch[i]! + this.arm[i]!
      press.place[i] = ball - reach * contactForce[i]! - object.position[i]!
    }
  }
}

const UNTURNED = Float64Array.of(0, 0, 0, 1)

function lengthOf(a: Float64Array): number {
  return Math.sqrt(a[0]! * a[0]! + a[1]! * a[1]! + a[2]! * a[2]!)
}

function cross(a: Float64Array, b: Float64Array, out: Float64Array): void {
  out[0] = a[1]! * b[2]! - a[2]! * b[1]!
  out[1] = a[2]! * b[0]! - a[0]! * b[2]!
  out[2] = a[0]! * b[1]! - a[1]! * b[0]!
}
