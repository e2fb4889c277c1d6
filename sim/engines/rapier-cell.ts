import {
  type Collider,
  ColliderDesc,
  type RigidBody,
  RigidBodyDesc,
  type World,
} from '@dimforge/rapier3d'
import type { ObjectKind } from '../scene/object.ts'
import { tableNormal, tableQuaternion } from '../scene/table.ts'
import type { ObjectPose, ObjectState, Physics, Start } from './engine.ts'
import { collider, KIND } from './rapier-colliders.ts'
import { RapierObject } from './rapier-object.ts'
import type { Press } from './rapier-slip.ts'
import {
  fillQuaternion,
  fillVector,
  type Quaternion,
  readQuaternion,
  readVector,
  type Vector,
  ZERO,
} from './rapier-vectors.ts'

const TABLE_HALF_THICKNESS_M = 0.5

/** Where a cell's base frame stands in the shared world, and how far its table goes [m]. */
export interface CellPlace {
  readonly xM: number
  readonly yM: number
  readonly tableHalfSizeM: number
}

/** One arm's share of the Rapier world: its table, its objects and the bodies that follow its arm. */
export class RapierCell {
  readonly objects: readonly RapierObject[]
  /** Bodies that follow the arm; whoever makes one puts it here. */
  readonly followers: RigidBody[] = []
  private readonly place: CellPlace
  private table: RigidBody
  private slabOfFingers: Collider
  private readonly vector: Vector = { x: 0, y: 0, z: 0 }
  private readonly rotation: Quaternion = { x: 0, y: 0, z: 0, w: 1 }
  /** Of the table, base frame [3], and its height at the base axis [m]. */
  private readonly normal = new Float64Array(3)
  private tableHeightM = 0
  private readonly position = new Float64Array(3)
  private readonly quaternion = new Float64Array(4)

  constructor(world: World, place: CellPlace, objects: readonly ObjectKind[]) {
    this.place = place
    this.table = world.createRigidBody(RigidBodyDesc.fixed())
    const half = place.tableHalfSizeM
    const createSlab = (member: number, others: number) => {
      const slab = ColliderDesc.cuboid(half, half, TABLE_HALF_THICKNESS_M)
      return world.createCollider(collider(slab, member, others), this.table)
    }
    createSlab(KIND.table, KIND.feet | KIND.underside)
    this.slabOfFingers = createSlab(KIND.tableOfFingers, KIND.finger)
    this.objects = objects.map((kind, index) => new RapierObject(world, kind, index))
  }

  /** Finds itself in a copy of its world; the followers are their makers' to find. */
  moveTo(world: World): void {
    this.table = world.getRigidBody(this.table.handle)
    this.slabOfFingers = world.getCollider(this.slabOfFingers.handle)
    for (const object of this.objects) object.moveTo(world)
    this.followers.length = 0
  }

  /** Keeps beside the world what the world was given with `enter`. */
  recall({ table, objects, gravity }: Physics): void {
    tableNormal(table, this.normal)
    this.tableHeightM = table.heightM
    for (let i = 0; i < objects.length; i++) this.objects[i]!.recall(objects[i]!, gravity)
  }

  /** Takes everything that moves out of the world: with the next step it forgets its contacts. */
  withdraw(): void {
    for (const { body } of this.objects) body.setEnabled(false)
    for (const body of this.followers) body.setEnabled(false)
  }

  /** Puts everything back: sizes, masses and frictions, the objects at their start. */
  enter(physics: Physics, start: Start): void {
    for (const body of this.followers) body.setEnabled(true)
    this.layTable(physics)
    for (let i = 0; i < this.objects.length; i++) {
      const object = this.objects[i]!
      object.body.setEnabled(true)
      object.shape(physics.objects[i]!, physics.gravity)
      this.setPose(object.body, start.objects[i]!)
      object.launch(start.objects[i]!)
    }
  }

  /** Places a body, at rest. */
  setPose(body: RigidBody, { position, quaternion }: ObjectPose): void {
    body.setTranslation(this.inWorld(position), false)
    body.setRotation(fillQuaternion(quaternion, this.rotation), false)
    body.setLinvel(ZERO, false)
    body.setAngvel(ZERO, false)
  }

  /** Forces from outside on the objects' centres of mass, kept until changed [3], base frame [N]. */
  pushObjects(forces: readonly Float64Array[]): void {
    for (let i = 0; i < this.objects.length; i++) this.objects[i]!.push(forces[i]!)
  }

  /**
   * Readies the objects for the coming step: see `RapierObject`.
   *
   * @param tip - presses on the object it names
   */
  prepare(
    states: readonly ObjectState[],
    tip: { readonly pressed: number; readonly press: Press } | undefined,
  ): void {
    for (let i = 0; i < states.length; i++) {
      const state = states[i]!
      const press = i === tip?.pressed ? tip.press : undefined
      if (states.length > 1) this.objects[i]!.refresh()
      this.objects[i]!.correctSlip(state, this.heightOf(state.position), press)
    }
  }

  /** Position of a body in the base frame, into `out` [3]. */
  readPosition(body: RigidBody, out: Float64Array): void {
    body.translation(this.vector)
    this.inBase(out)
  }

  readObjects(out: readonly ObjectState[]): void {
    for (let i = 0; i < out.length; i++) {
      const { body } = this.objects[i]!
      const state = out[i]!
      this.readPosition(body, state.position)
      readQuaternion(body.rotation(this.rotation), state.quaternion)
      this.objects[i]!.watchTilt(this.uprightness(state.quaternion))
      readVector(body.angvel(this.vector), state.angularVelocity)
      readVector(body.linvel(this.vector), state.velocity)
      this.objects[i]!.toMiddle(state)
    }
  }

  private layTable(physics: Physics): void {
    const { table } = physics
    this.slabOfFingers.setFriction(table.frictionTip)
    tableNormal(table, this.normal)
    this.tableHeightM = table.heightM
    const sink = TABLE_HALF_THICKNESS_M
    this.position[0] = -sink * this.normal[0]!
    this.position[1] = -sink * this.normal[1]!
    this.position[2] = table.heightM - sink * this.normal[2]!
    tableQuaternion(table, this.quaternion)
    this.table.setTranslation(this.inWorld(this.position), false)
    this.table.setRotation(fillQuaternion(this.quaternion, this.rotation), false)
  }

  /** Distance from the table's plane [m]. */
  private heightOf(position: Float64Array): number {
    const { normal } = this
    const above = position[2]! - this.tableHeightM
    return normal[0]! * position[0]! + normal[1]! * position[1]! + normal[2]! * above
  }

  /** Cosine of the angle between an object's z axis and the table's normal. */
  private uprightness(q: Float64Array): number {
    const { normal } = this
    const [x, y, z, w] = q as unknown as [number, number, number, number]
    const zx = 2 * (x * z + w * y)
    const zy = 2 * (y * z - w * x)
    const zz = 1 - 2 * (x * x + y * y)
    return zx * normal[0]! + zy * normal[1]! + zz * normal[2]!
  }

  private inWorld(position: Float64Array): Vector {
    const v = fillVector(position, this.vector)
    v.x += this.place.xM
    v.y += this.place.yM
    return v
  }

  private inBase(out: Float64Array): void {
    out[0] = this.vector.x - this.place.xM
    out[1] = this.vector.y - this.place.yM
    out[2] = this.vector.z
  }
}
