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
  FOOT_RADIUS_M,
  footCentre,
  numFeet,
  type ObjectKind,
  type ObjectPart,
  objectInertia,
  shapeParts,
} from '../scene/object.ts'
import type { ObjectPhysics, ObjectState } from './engine.ts'
import { collider, KIND } from './rapier-colliders.ts'
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
  private readonly com = new Float64Array(3)
  private hasOffset = false
  private isUndersideOut = true
  private readonly vector: Vector = { x: 0, y: 0, z: 0 }
  private readonly centre: Vector = { x: 0, y: 0, z: 0 }
  private readonly array = new Float64Array(3)

  constructor(world: World, kind: ObjectKind) {
    this.body = world.createRigidBody(RigidBodyDesc.dynamic().setCanSleep(false))
    this.parts = createParts(kind)
    const { table, underside, object, tip, finger, feet } = KIND
    for (const part of this.parts) {
      const create = (member: number, others: number) =>
        world.createCollider(collider(descOf(part), member, others), this.body)
      this.undersides.push(create(underside, table))
      this.bodies.push(create(object, object | tip | finger))
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
  recall({ comM, massKg }: ObjectPhysics, gravity: Float64Array): void {
    this.com.set(comM)
    this.hasOffset = comM.some((value) => value !== 0)
    for (let i = 0; i < 3; i++) this.weight[i] = massKg * gravity[i]!
  }

  /** Gives it size, mass, friction and weight; gravity is a force, since each cell has its own. */
  shape(physics: ObjectPhysics, gravity: Float64Array): void {
    const { body, parts, vector, array } = this
    const { massKg, shape } = physics
    shapeParts(shape, parts)
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
    this.recall(physics, gravity)
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

  /** Turns the velocity of `state`, the centre of mass's, into that of the middle. */
  toMiddle({ quaternion, velocity, angularVelocity: w }: ObjectState): void {
    if (!this.hasOffset) return
    const r = this.array
    rotate(quaternion, this.com, r)
    velocity[0] = velocity[0]! - (w[1]! * r[2]! - w[2]! * r[1]!)
    velocity[1] = velocity[1]! - (w[2]! * r[0]! - w[0]! * r[2]!)
    velocity[2] = velocity[2]! - (w[0]! * r[1]! - w[1]! * r[0]!)
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
