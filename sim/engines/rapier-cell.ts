import {
  CoefficientCombineRule,
  type Collider,
  ColliderDesc,
  type RigidBody,
  RigidBodyDesc,
  type World,
} from '@dimforge/rapier3d'
import {
  CYLINDER_OFFSET_M,
  cylinderHalfHeight,
  FOOT_RADIUS_M,
  footCentre,
  NUM_FEET,
  PUCK,
  puckInertia,
  restingPuck,
} from '../scene/puck.ts'
import { tableNormal, tableQuaternion } from '../scene/table.ts'
import type { ArmState, Physics, Start } from './engine.ts'

const TABLE = 1
const FEET = 2
const PUCK_BODY = 4
const TIP = 8
const TABLE_HALF_THICKNESS_M = 0.5
/** Rapier's cylinders stand along y; this turns them to z. */
const UPRIGHT = { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 }
const IDENTITY = { x: 0, y: 0, z: 0, w: 1 }
const ZERO = { x: 0, y: 0, z: 0 }

/** Where a cell's base frame stands in the shared world, and how far its table goes [m]. */
export interface CellPlace {
  readonly xM: number
  readonly yM: number
  readonly tableHalfSizeM: number
}

/** The ball that stands for the tip in contact. */
export interface TipBody {
  readonly radiusM: number
  readonly massKg: number
}

/** One arm's share of the Rapier world: its table, its puck and the body of its tip. */
export class RapierCell {
  readonly puck: RigidBody
  readonly tip: RigidBody
  private readonly place: CellPlace
  private readonly table: RigidBody
  private readonly slab: Collider
  private readonly cylinder: Collider
  private readonly feet: Collider[] = []
  private readonly tipCollider: Collider
  private readonly vector = { x: 0, y: 0, z: 0 }
  private readonly rotation = { x: 0, y: 0, z: 0, w: 1 }
  private readonly array3 = new Float64Array(3)
  private readonly position = new Float64Array(3)
  private readonly quaternion = new Float64Array(4)

  constructor(world: World, place: CellPlace, tipBody: TipBody) {
    this.place = place
    this.table = world.createRigidBody(RigidBodyDesc.fixed())
    const half = place.tableHalfSizeM
    const slab = ColliderDesc.cuboid(half, half, TABLE_HALF_THICKNESS_M)
    this.slab = world.createCollider(contact(slab, TABLE, FEET | PUCK_BODY), this.table)

    this.puck = world.createRigidBody(RigidBodyDesc.dynamic().setCanSleep(false))
    const drum = ColliderDesc.cylinder(PUCK.halfHeightM, PUCK.radiusM).setRotation(UPRIGHT)
    drum.setTranslation(0, 0, CYLINDER_OFFSET_M)
    this.cylinder = world.createCollider(contact(drum, PUCK_BODY, TABLE | TIP), this.puck)
    for (let i = 0; i < NUM_FEET; i++) {
      const foot = contact(ColliderDesc.ball(FOOT_RADIUS_M), FEET, TABLE)
      this.feet.push(world.createCollider(foot, this.puck))
    }

    const tip = RigidBodyDesc.dynamic().setCanSleep(false).setGravityScale(0).lockRotations()
    tip.setAdditionalMassProperties(tipBody.massKg, ZERO, { x: 1e-3, y: 1e-3, z: 1e-3 }, IDENTITY)
    this.tip = world.createRigidBody(tip)
    const finger = contact(ColliderDesc.ball(tipBody.radiusM), TIP, PUCK_BODY)
    this.tipCollider = world.createCollider(finger, this.tip)
  }

  /** Takes puck and tip out of the world: with the next step it forgets every contact they had. */
  withdraw(): void {
    this.puck.setEnabled(false)
    this.tip.setEnabled(false)
  }

  /** Puts everything back: sizes, masses and frictions, the puck at rest at its start, the tip at `tip` [3]. */
  enter(physics: Physics, start: Start, tip: Float64Array): void {
    this.tip.setEnabled(true)
    this.puck.setEnabled(true)
    this.shape(physics)
    this.layTable(physics)
    restingPuck(physics, start, this.position, this.quaternion)
    this.puck.setTranslation(this.inWorld(this.position), false)
    this.puck.setRotation(this.copyQuaternion(this.quaternion), false)
    this.puck.setLinvel(ZERO, false)
    this.puck.setAngvel(ZERO, false)
    this.tip.setTranslation(this.inWorld(tip), false)
    this.tip.setLinvel(ZERO, false)
  }

  /** Reported pose of the puck while it is withdrawn: at rest at its start. */
  restAt(physics: Physics, start: Start, out: ArmState): void {
    restingPuck(physics, start, out.objectPosition, out.objectQuaternion)
    out.objectVelocity.fill(0)
    out.objectAngularVelocity.fill(0)
  }

  /**
   * Sets the velocity of the tip's body for the coming step [3], [m/s], and the place of its ball: `arm`
   * [3] away from the body's origin, the tool point. Setting the place, changed or not, also makes Rapier
   * compute the contact anew: it otherwise keeps the first normal for as long as a contact lasts.
   */
  driveTip(velocity: Float64Array, arm: Float64Array): void {
    this.tip.setLinvel(copyInto(velocity, this.vector), false)
    this.tipCollider.setTranslationWrtParent(copyInto(arm, this.vector))
  }

  /** Position of the tip's body in the base frame, into `out` [3]. */
  readTipPosition(out: Float64Array): void {
    this.tip.translation(this.vector)
    this.inBase(out)
  }

  readTipVelocity(out: Float64Array): void {
    copyVector(this.tip.linvel(this.vector), out)
  }

  readPuck(out: ArmState): void {
    this.puck.translation(this.vector)
    this.inBase(out.objectPosition)
    const r = this.puck.rotation(this.rotation)
    out.objectQuaternion[0] = r.x
    out.objectQuaternion[1] = r.y
    out.objectQuaternion[2] = r.z
    out.objectQuaternion[3] = r.w
    copyVector(this.puck.linvel(this.vector), out.objectVelocity)
    copyVector(this.puck.angvel(this.vector), out.objectAngularVelocity)
  }

  private shape(physics: Physics): void {
    const { object, gravity } = physics
    this.cylinder.setRadius(object.radiusM)
    this.cylinder.setHalfHeight(cylinderHalfHeight(object))
    for (let i = 0; i < NUM_FEET; i++) {
      footCentre(object, i, this.array3)
      this.feet[i]!.setTranslationWrtParent(copyInto(this.array3, this.vector))
    }
    this.slab.setFriction(object.frictionTable)
    this.tipCollider.setFriction(object.frictionTip)
    puckInertia(object, this.array3)
    const inertia = copyInto(this.array3, this.vector)
    this.puck.setAdditionalMassProperties(object.massKg, ZERO, inertia, IDENTITY, false)
    // The world has no gravity of its own: every cell has its own vector, as a force on its puck.
    this.puck.resetForces(false)
    copyInto(gravity, this.vector)
    this.vector.x *= object.massKg
    this.vector.y *= object.massKg
    this.vector.z *= object.massKg
    this.puck.addForce(this.vector, false)
  }

  private layTable(physics: Physics): void {
    const { table } = physics
    tableNormal(table, this.array3)
    const sink = TABLE_HALF_THICKNESS_M
    this.position[0] = -sink * this.array3[0]!
    this.position[1] = -sink * this.array3[1]!
    this.position[2] = table.heightM - sink * this.array3[2]!
    tableQuaternion(table, this.quaternion)
    this.table.setTranslation(this.inWorld(this.position), false)
    this.table.setRotation(this.copyQuaternion(this.quaternion), false)
  }

  private inWorld(position: Float64Array): { x: number; y: number; z: number } {
    const v = this.vector
    v.x = position[0]! + this.place.xM
    v.y = position[1]! + this.place.yM
    v.z = position[2]!
    return v
  }

  private inBase(out: Float64Array): void {
    out[0] = this.vector.x - this.place.xM
    out[1] = this.vector.y - this.place.yM
    out[2] = this.vector.z
  }

  private copyQuaternion(q: Float64Array): { x: number; y: number; z: number; w: number } {
    const r = this.rotation
    r.x = q[0]!
    r.y = q[1]!
    r.z = q[2]!
    r.w = q[3]!
    return r
  }
}

/** A massless collider without friction of its own; in contact the rougher of the two counts. */
function contact(desc: ColliderDesc, member: number, others: number): ColliderDesc {
  return desc
    .setDensity(0)
    .setFriction(0)
    .setFrictionCombineRule(CoefficientCombineRule.Max)
    .setCollisionGroups((member << 16) | others)
}

function copyVector(v: { x: number; y: number; z: number }, out: Float64Array): void {
  out[0] = v.x
  out[1] = v.y
  out[2] = v.z
}

function copyInto(
  a: Float64Array,
  v: { x: number; y: number; z: number },
): { x: number; y: number; z: number } {
  v.x = a[0]!
  v.y = a[1]!
  v.z = a[2]!
  return v
}
