import {
  type Collider,
  ColliderDesc,
  type RigidBody,
  RigidBodyDesc,
  type World,
} from '@dimforge/rapier3d'
import { rotate } from '../../robot/model/pose.ts'
import {
  createParts,
  FOOT_CLEARANCE_M,
  FOOT_RADIUS_M,
  footCentre,
  numFeet,
  type ObjectKind,
  type ObjectPart,
  objectInertia,
  shapeParts,
} from '../scene/object.ts'
import type { ObjectPhysics, ObjectStart, ObjectState } from './engine.ts'
import { collider, KIND, tipKind } from './rapier-colliders.ts'
import { type Press, SlipCorrection } from './rapier-slip.ts'
import { fillVector, IDENTITY, type Vector } from './rapier-vectors.ts'

/** Rapier's cylinders stand along y; this turns them to z. */
const UPRIGHT = { x: Math.SQRT1_2, y: 0, z: 0, w: Math.SQRT1_2 }

const NO_FORCE = new Float64Array(3)

/** An object on its feet tilts by more than two degrees before an edge of it meets the table. */
const UPRIGHT_COSINE = Math.cos((1.2 * Math.PI) / 180)

/** An object of a cell: one body with two colliders for each part, and its feet. */
export class RapierObject {
  body: RigidBody
  private readonly parts: readonly ObjectPart[]
  private bodies: Collider[] = []
  private undersides: Collider[] = []
  private feet: Collider[] = []
  private readonly weight = new Float64Array(3)
  private readonly slip: SlipCorrection
  private readonly com = new Float64Array(3)
  private hasOffset = false
  private isUndersideOut = true
  private halfHeightM = 0
  private readonly vector: Vector = { x: 0, y: 0, z: 0 }
  private readonly centre: Vector = { x: 0, y: 0, z: 0 }
  private readonly array = new Float64Array(3)
  private readonly turned = new Float64Array(3)

  /** @param index - number of the object in its cell */
  constructor(world: World, kind: ObjectKind, index: number) {
    this.slip = new SlipCorrection(kind, world.timestep)
    this.body = world.createRigidBody(RigidBodyDesc.dynamic().setCanSleep(false))
    this.parts = createParts(kind)
    const { table, underside, object, finger, feet } = KIND
    for (const part of this.parts) {
      const create = (member: number, others: number) =>
        world.createCollider(collider(descOf(part), member, others), this.body)
      this.undersides.push(create(underside, table))
      this.bodies.push(create(object, object | tipKind(index) | finger))
    }
    for (let i = 0; i < numFeet(kind); i++) {
      const foot = collider(ColliderDesc.ball(FOOT_RADIUS_M), feet, table)
      this.feet.push(world.createCollider(foot, this.body))
    }
  }

  /** Finds itself in a copy of its world. */
  moveTo(world: World): void {
    const find = ({ handle }: Collider) => world.getCollider(handle)
    this.body = world.getRigidBody(this.body.handle)
    this.bodies = this.bodies.map(find)
    this.undersides = this.undersides.map(find)
    this.feet = this.feet.map(find)
    this.isUndersideOut = this.undersides[0]!.isEnabled()
  }

  /** Keeps beside its body what the body has been given. */
  recall(physics: ObjectPhysics, gravity: Float64Array): void {
    const { comM, massKg, shape } = physics
    shapeParts(shape, this.parts)
    this.com.set(comM)
    this.hasOffset = comM.some((value) => value !== 0)
    for (let i = 0; i < 3; i++) this.weight[i] = massKg * gravity[i]!
    this.halfHeightM = shape.halfSizeM[2]!
    this.slip.reset(physics, gravity)
  }

  /** Gives it size, mass, friction and weight; gravity is a force, since each cell has its own. */
  shape(physics: ObjectPhysics, gravity: Float64Array): void {
    const { body, parts, vector, array } = this
    const { massKg, shape } = physics
    this.recall(physics, gravity)
    for (let i = 0; i < parts.length; i++) {
      resize(this.undersides[i]!, parts[i]!, vector)
      resize(this.bodies[i]!, parts[i]!, vector)
      this.undersides[i]!.setFriction(physics.frictionTable)
      this.bodies[i]!.setFriction(physics.frictionTip)
    }
    for (let i = 0; i < this.feet.length; i++) {
      footCentre(shape, i, array)
      this.feet[i]!.setTranslationWrtParent(fillVector(array, vector))
      this.feet[i]!.setFriction(physics.frictionTable)
    }
    const centre = fillVector(physics.comM, this.centre)
    objectInertia(shape, massKg, array)
    body.setAdditionalMassProperties(massKg, centre, fillVector(array, vector), IDENTITY, false)
    this.push(NO_FORCE)
    this.watchTilt(0)
  }

  /** Force on its centre of mass beside its weight, kept until changed [3], [N]. */
  push(force: Float64Array): void {
    const { array, body, vector, weight } = this
    for (let i = 0; i < 3; i++) array[i] = weight[i]! + force[i]!
    body.resetForces(false)
    body.addForce(fillVector(array, vector), false)
  }

  /**
   * Makes up in the coming step for what Rapier gets wrong about the friction of sliding feet.
   *
   * @param heightM - of its middle above the table
   * @param press - on it, where that is known
   */
  correctSlip(state: ObjectState, heightM: number, press: Press | undefined): void {
    const isStanding = !this.isUndersideOut && heightM - this.halfHeightM < FOOT_CLEARANCE_M
    if (!isStanding) return
    const { body, slip, vector } = this
    if (!slip.update(state, press)) return
    body.applyImpulse(fillVector(slip.impulse, vector), false)
    body.applyTorqueImpulse(fillVector(slip.angularImpulse, vector), false)
  }

  /**
   * Has Rapier find the contacts with other objects anew in the coming step. It otherwise keeps what it found at
   * first: a cube that is pushed off another stays in the air beside it.
   */
  refresh(): void {
    // Setting the place, changed or not, does it.
    for (let i = 0; i < this.bodies.length; i++) {
      this.bodies[i]!.setTranslationWrtParent(fillVector(this.parts[i]!.centreM, this.vector))
    }
  }

  /** Gives it the motion that it begins with. */
  launch({ quaternion, velocity, angularVelocity: w }: ObjectStart): void {
    const { array, body, vector } = this
    if (w !== undefined) body.setAngvel(fillVector(w, vector), false)
    if (velocity === undefined) return
    array.set(velocity)
    if (w !== undefined && this.hasOffset) addSpin(w, this.offset(quaternion), 1, array)
    body.setLinvel(fillVector(array, vector), false)
  }

  /** Turns the velocity of `state`, the centre of mass's, into that of the middle. */
  toMiddle({ quaternion, velocity, angularVelocity: w }: ObjectState): void {
    if (this.hasOffset) addSpin(w, this.offset(quaternion), -1, velocity)
  }

  /** From the middle to the centre of mass, base frame [3]. */
  private offset(quaternion: Float64Array): Float64Array {
    rotate(quaternion, this.com, this.turned)
    return this.turned
  }

  /**
   * Lets the underside sleep while the object stands on its feet, a tenth of the work of a step.
   * @param cosine - of the angle between the object's z axis and the table's normal
   */
  watchTilt(cosine: number): void {
    const isOut = !(cosine > UPRIGHT_COSINE)
    if (isOut === this.isUndersideOut) return
    this.isUndersideOut = isOut
    for (const underside of this.undersides) underside.setEnabled(isOut)
  }
}

/** Adds `sign` · w × r to a velocity [3]. */
function addSpin(w: Float64Array, r: Float64Array, sign: 1 | -1, velocity: Float64Array): void {
  velocity[0] = velocity[0]! + sign * (w[1]! * r[2]! - w[2]! * r[1]!)
  velocity[1] = velocity[1]! + sign * (w[2]! * r[0]! - w[0]! * r[2]!)
  velocity[2] = velocity[2]! + sign * (w[0]! * r[1]! - w[1]! * r[0]!)
}

function descOf(part: ObjectPart): ColliderDesc {
  return part.kind === 'cylinder'
    ? ColliderDesc.cylinder(1, 1).setRotation(UPRIGHT)
    : ColliderDesc.cuboid(1, 1, 1)
}

function resize(target: Collider, part: ObjectPart, vector: Vector): void {
  target.setTranslationWrtParent(fillVector(part.centreM, vector))
  if (part.kind === 'cylinder') {
    target.setRadius(part.halfSizeM[0]!)
    target.setHalfHeight(part.halfSizeM[2]!)
  } else {
    target.setHalfExtents(fillVector(part.halfSizeM, vector))
  }
}
