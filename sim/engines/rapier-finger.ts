import {
  type Collider,
  ColliderDesc,
  type RigidBody,
  RigidBodyDesc,
  type World,
} from '@dimforge/rapier3d'
import type { ArmModel, Finger } from '../../robot/model/arm.ts'
import type { ArmDynamics } from '../../robot/model/dynamics.ts'
import { addLinkWrench, linkVelocity, stiffnessAtJoint } from '../../robot/model/link-contact.ts'
import { rotate } from '../../robot/model/pose.ts'
import type { RapierCell } from './rapier-cell.ts'
import { collider, KIND } from './rapier-colliders.ts'
import {
  followSpin,
  followVelocity,
  massProperties,
  pull,
  type TieOptions,
  tieForce,
  tieStiffness,
  tieTorque,
  twist,
} from './rapier-tie.ts'
import {
  fillQuaternion,
  fillVector,
  type Quaternion,
  readQuaternion,
  readVector,
  type Vector,
} from './rapier-vectors.ts'

/**
 * Ties one finger of a gripper to a body in the Rapier world, its pads. In each step the body is sent after
 * its link, turning included; what contact changes in its motion is the wrench on the link, which acts back
 * on the arm and on the gripper's own joint a step later.
 */
export class RapierFinger {
  /** Force on the finger and torque about its body's centre, smoothed, base frame [3], [N], [Nm]. */
  readonly force = new Float64Array(3)
  readonly torque = new Float64Array(3)
  private readonly model: ArmModel
  private readonly finger: Finger
  private readonly options: TieOptions
  /** Whether the finger's own link is what the gripper's joint moves. */
  private readonly isDriven: boolean
  private readonly stiffness: number
  /** Middle of the pads in the link's frame: where the body's centre is [3]. */
  private readonly centre: Float64Array
  /** Middles of the pads in the body's frame [3]. */
  private readonly places: readonly Float64Array[]
  private body!: RigidBody
  private pads: Collider[] = []
  /** The link's point at the body's centre, its orientation and its motion. */
  private readonly point = new Float64Array(3)
  private readonly orientation = new Float64Array(4)
  private readonly pointVelocity = new Float64Array(3)
  private readonly linkSpin = new Float64Array(3)
  /** Motion of the body after the last step, and as it is asked for. */
  private readonly feltVelocity = new Float64Array(3)
  private readonly feltSpin = new Float64Array(3)
  private readonly velocity = new Float64Array(3)
  private readonly spin = new Float64Array(3)
  private readonly scratch = new Float64Array(3)
  private readonly turned = new Float64Array(4)
  private readonly vector: Vector = { x: 0, y: 0, z: 0 }
  private readonly rotation: Quaternion = { x: 0, y: 0, z: 0, w: 1 }

  constructor(model: ArmModel, finger: Finger, options: TieOptions) {
    this.model = model
    this.finger = finger
    this.isDriven = isDriven(model, finger)
    this.options = options
    this.stiffness = tieStiffness(options)
    this.centre = middleOf(finger)
    this.places = finger.pads.map(({ position }) =>
      position.map((value, axis) => value - this.centre[axis]!),
    )
  }

  /** Makes its body in a cell. */
  join(world: World, cell: RapierCell): void {
    const { vector, rotation } = this
    const desc = RigidBodyDesc.dynamic().setCanSleep(false).setGravityScale(0)
    this.body = world.createRigidBody(massProperties(desc, this.options))
    this.pads = this.finger.pads.map(({ quaternion, halfSizeM }, i) => {
      const [x, y, z] = halfSizeM as unknown as [number, number, number]
      const { x: px, y: py, z: pz } = fillVector(this.places[i]!, vector)
      const box = ColliderDesc.cuboid(x, y, z)
        .setTranslation(px, py, pz)
        .setRotation(fillQuaternion(quaternion, rotation))
      const groups = KIND.object | KIND.tableOfFingers
      return world.createCollider(collider(box, KIND.finger, groups), this.body)
    })
    cell.followers.push(this.body)
  }

  /** Finds its body in a copy of its world. */
  moveTo(world: World, cell: RapierCell): void {
    this.body = world.getRigidBody(this.body.handle)
    this.pads = this.pads.map(({ handle }) => world.getCollider(handle))
    cell.followers.push(this.body)
  }

  reset(): void {
    this.force.fill(0)
    this.torque.fill(0)
    for (const motion of [this.feltVelocity, this.feltSpin, this.velocity, this.spin])
      motion.fill(0)
  }

  /** Puts the body where its link is, at rest. */
  enter(cell: RapierCell, dynamics: ArmDynamics): void {
    this.follow(dynamics)
    cell.setPose(this.body, { position: this.point, quaternion: this.orientation })
  }

  /** Adds what the finger feels to the arm's outer torques. */
  act(dynamics: ArmDynamics): void {
    const { force, point } = this
    const { link } = this.finger
    const { kinematics, externalTorque, contactStiffness } = dynamics
    addLinkWrench(this.model, kinematics, link, point, force, this.torque, externalTorque)
    const isTouching = force[0] !== 0 || force[1] !== 0 || force[2] !== 0
    if (!this.isDriven || !isTouching) return
    contactStiffness[link] = stiffnessAtJoint(this.model, kinematics, link, point, this.stiffness)
  }

  /** Sends the body after its link. */
  send(cell: RapierCell, dynamics: ArmDynamics): void {
    const { body, options, velocity, spin, scratch, turned, vector } = this
    this.follow(dynamics)
    cell.readPosition(body, scratch)
    followVelocity(this.point, scratch, this.pointVelocity, options, velocity)
    readQuaternion(body.rotation(this.rotation), turned)
    followSpin(this.orientation, turned, this.linkSpin, options, spin)
    pull(body, this.feltVelocity, velocity, options, vector)
    twist(body, this.feltSpin, spin, options, vector)
    // Otherwise Rapier keeps a contact's first normal for as long as it lasts.
    for (let i = 0; i < this.pads.length; i++) {
      this.pads[i]!.setTranslationWrtParent(fillVector(this.places[i]!, vector))
    }
  }

  /** Reads after the world's step what the contacts did to the body. */
  feel(): void {
    readVector(this.body.linvel(this.vector), this.feltVelocity)
    tieForce(this.feltVelocity, this.velocity, this.options, this.force)
    readVector(this.body.angvel(this.vector), this.feltSpin)
    tieTorque(this.feltSpin, this.spin, this.options, this.torque)
  }

  save() {
    const { force, torque, point, feltVelocity, feltSpin } = this
    return structuredClone({ force, torque, point, feltVelocity, feltSpin })
  }

  restore(saved: ReturnType<RapierFinger['save']>): void {
    this.force.set(saved.force)
    this.torque.set(saved.torque)
    this.point.set(saved.point)
    this.feltVelocity.set(saved.feltVelocity)
    this.feltSpin.set(saved.feltSpin)
  }

  /** Brings `point`, `orientation` and their motion up to date. */
  private follow(dynamics: ArmDynamics): void {
    const { link } = this.finger
    const { linkPosition, linkQuaternion } = dynamics.kinematics
    for (let i = 0; i < 4; i++) this.orientation[i] = linkQuaternion[4 * link + i]!
    rotate(this.orientation, this.centre, this.point)
    for (let i = 0; i < 3; i++) this.point[i] = this.point[i]! + linkPosition[3 * link + i]!
    const { kinematics, qd } = dynamics
    linkVelocity(this.model, kinematics, qd, link, this.point, this.pointVelocity, this.linkSpin)
  }
}

function middleOf({ pads }: Finger): Float64Array {
  const middle = new Float64Array(3)
  for (const { position } of pads) {
    for (let i = 0; i < 3; i++) middle[i] = middle[i]! + position[i]! / pads.length
  }
  return middle
}

/** Whether a finger moves with the gripper's joint. */
function isDriven({ gripper, mimics }: ArmModel, { link }: Finger): boolean {
  const joint = gripper?.joint
  return link === joint || mimics.some((each) => each.leader === joint && each.follower === link)
}
