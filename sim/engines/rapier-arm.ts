import type { World } from '@dimforge/rapier3d'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import { toolHeft } from '../../robot/model/tool-heft.ts'
import type { ObjectKind } from '../scene/object.ts'
import type { TipCapsule } from '../scene/tip.ts'
import {
  type ArmState,
  copyObjectState,
  createArmState,
  createDisturbance,
  type Disturbance,
  type Physics,
  type Start,
} from './engine.ts'
import { type CellPlace, RapierCell } from './rapier-cell.ts'
import { RapierFinger } from './rapier-finger.ts'
import { TipTableContact } from './rapier-table.ts'
import { RapierTip } from './rapier-tip.ts'

export interface RapierArmOptions {
  readonly arm: ArmModel
  readonly objects: readonly ObjectKind[]
  readonly capsule: TipCapsule
  readonly timestepS: number
  readonly massMatrixEvery: number
}

/** Masses of what follows tip and fingers; a light arm, by the heft of its tool point, has lighter ones. */
const TIP_KG = 1.6
const TIP_HEFTS = 6
const FINGER_KG = 2.5
const FINGER_HEFTS = 10
/** Of the arm's own mass: the tip's is no less. */
const TIP_SHARE = 0.15

/**
 * Life of the cell's bodies: `withdrawn` after a reset, for one step, so that Rapier forgets the contacts
 * of the last episode and the same start gives the same run to the last bit; then `present`. An arm whose
 * joints have blown up (state NaN) is `lost`: it stays out of the shared world until its next reset.
 */
type Presence = 'unset' | 'withdrawn' | 'present' | 'lost'

/** One arm of the Rapier engine: its joints, its cell of the world, and what ties the two together. */
export class RapierArm {
  readonly state: ArmState
  private readonly dynamics: ArmDynamics
  private readonly place: CellPlace
  private readonly objects: readonly ObjectKind[]
  private cell: RapierCell
  /** Closed for good, a gripper is one tip; else each of its fingers is a body. */
  private readonly tip: RapierTip | undefined
  private readonly fingers: readonly RapierFinger[]
  private readonly tableContact: TipTableContact
  private readonly timestepS: number
  private readonly massMatrixEvery: number
  private readonly disturbance: Disturbance
  private presence: Presence = 'unset'
  private numSteps = 0
  /** Of the last reset. */
  private begin: { readonly physics: Physics; readonly start: Start } | null = null

  constructor(world: World, place: CellPlace, options: RapierArmOptions) {
    const { arm, capsule } = options
    this.timestepS = options.timestepS
    this.massMatrixEvery = options.massMatrixEvery
    this.dynamics = new ArmDynamics(arm)
    this.place = place
    this.objects = options.objects
    const tie = { timestepS: options.timestepS, maxForceN: strongestPress(arm) }
    this.tip = arm.gripper ? undefined : new RapierTip(capsule, { ...tie, massKg: tipMass(arm) })
    this.fingers = (arm.gripper?.fingers ?? []).map(
      (finger) =>
        new RapierFinger(this.dynamics.model, finger, { ...tie, massKg: fingerMass(arm) }),
    )
    this.cell = this.createCell(world)
    this.disturbance = createDisturbance(this.objects.length)
    this.tableContact = new TipTableContact(capsule.radiusM, options.timestepS)
    const { q, qd, tip, tipVelocity } = this.dynamics
    const { linkPosition } = this.dynamics.kinematics
    const empty = createArmState(0, options.objects.length)
    this.state = { ...empty, q, qd, linkPosition, tip, tipVelocity }
  }

  reset(physics: Physics, start: Start): void {
    const { dynamics } = this
    this.takePhysics(physics)
    dynamics.reset(start.q)
    dynamics.target.set(start.q)
    for (const finger of this.fingers) finger.reset()
    this.disturb(createDisturbance(this.objects.length))
    this.state.tipForce.fill(0)
    this.numSteps = 0
    this.begin = structuredClone({ physics, start })
    this.presence = 'withdrawn'
    this.cell.withdraw()
    beginAt(start, this.state)
  }

  private takePhysics(physics: Physics): void {
    const { dynamics } = this
    const p = dynamics.parameters
    p.massKg.set(physics.linkMassKg)
    p.inertiaScale.set(physics.inertiaScale)
    p.stiffness.set(physics.stiffnessNmPerRad)
    p.damping.set(physics.dampingNmSPerRad)
    p.coulomb.set(physics.coulombNm)
    p.loadFriction.set(physics.loadFriction)
    p.armature.set(physics.armatureKgM2)
    p.stallTorque.set(physics.stallTorqueNm)
    p.backlash.set(physics.backlashRad)
    p.deadBand.set(physics.deadBandRad)
    p.voltageSag = physics.voltageSag
    dynamics.shape(physics)
    dynamics.gravity.set(physics.gravity)
    this.tip?.reset(physics.objects)
    this.tableContact.reset(physics.table)
  }

  save() {
    const { presence, numSteps, begin, disturbance, dynamics, tip, fingers, tableContact } = this
    const { tipForce, objects } = this.state
    return {
      ...structuredClone({ presence, numSteps, begin, disturbance, tipForce, objects }),
      dynamics: dynamics.save(),
      tip: tip?.save(),
      tableContact: tableContact.save(),
      fingers: fingers.map((finger) => finger.save()),
    }
  }

  /** Becomes the arm that was saved. @param world - a copy of its world at that time */
  restore(world: World, saved: ReturnType<RapierArm['save']>): void {
    const { cell, dynamics, tip, fingers, state } = this
    this.presence = saved.presence
    this.numSteps = saved.numSteps
    this.begin = structuredClone(saved.begin)
    this.keepDisturbance(saved.disturbance)
    cell.moveTo(world)
    if (this.begin !== null) {
      this.takePhysics(this.begin.physics)
      cell.recall(this.begin.physics)
    }
    dynamics.restore(saved.dynamics)
    tip?.moveTo(world, cell)
    if (saved.tip !== undefined) tip?.restore(saved.tip)
    this.tableContact.restore(saved.tableContact)
    fingers.forEach((finger, i) => {
      finger.moveTo(world, cell)
      finger.restore(saved.fingers[i]!)
    })
    state.tipForce.set(saved.tipForce)
    for (let i = 0; i < state.objects.length; i++) {
      copyObjectState(saved.objects[i]!, state.objects[i]!)
    }
  }

  /** Whether the arm was reset and has not been in the world since. */
  get isWithdrawn(): boolean {
    return this.presence === 'withdrawn'
  }

  /** Leaves the old world behind for a new and empty one. Only while withdrawn. */
  settleIn(world: World): void {
    this.cell = this.createCell(world)
  }

  setTarget(target: Float64Array): void {
    this.dynamics.target.set(target)
  }

  disturb(disturbance: Disturbance): void {
    this.keepDisturbance(disturbance)
    if (this.presence === 'present') this.cell.pushObjects(disturbance.objects)
  }

  private keepDisturbance({ tool, objects }: Disturbance): void {
    const kept = this.disturbance
    kept.tool.set(tool)
    for (let i = 0; i < objects.length; i++) kept.objects[i]!.set(objects[i]!)
  }

  /** First half of a step: integrates the joints and sends the tip's body after the tool point. */
  moveJoints(): void {
    if (this.presence === 'lost') return
    if (this.presence === 'unset') {
      throw new CodedError('SIM_ENGINE_INVALID', 'an arm was never reset', {
        hint: 'reset every arm before the first step',
      })
    }
    const { dynamics } = this
    this.applyContacts()
    dynamics.addTipForce(this.disturbance.tool)
    dynamics.step(this.timestepS, this.numSteps % this.massMatrixEvery === 0)
    this.numSteps++
    if (!Number.isFinite(dynamics.tip[0]! + dynamics.tip[1]! + dynamics.tip[2]!)) {
      this.presence = 'lost'
      this.cell.withdraw()
    }
    if (this.presence !== 'present') return
    this.tip?.send(this.cell, this.state, dynamics.approach)
    for (const finger of this.fingers) finger.send(this.cell, dynamics)
    this.cell.prepare(this.state.objects, this.tip)
  }

  /** What objects and table did to tip or fingers in the last step acts on the joints in the next. */
  private applyContacts(): void {
    const { dynamics, tip, fingers } = this
    const force = this.state.tipForce
    if (tip !== undefined) {
      dynamics.setTipWrench(tip.contactForce, tip.contactTorque)
      dynamics.releaseTip()
      tip.yield(dynamics)
      this.touchTable()
      force.set(tip.contactForce)
      this.tableContact.addForce(dynamics.tipVelocity, force)
      return
    }
    force.fill(0)
    dynamics.externalTorque.fill(0)
    dynamics.contactStiffness.fill(0)
    for (const finger of fingers) {
      finger.act(dynamics)
      for (let i = 0; i < 3; i++) force[i] = force[i]! + finger.force[i]!
    }
  }

  private touchTable(): void {
    const { dynamics, tableContact: table } = this
    table.feel(dynamics.tip, dynamics.tipVelocity, dynamics.approach)
    if (!table.isTouching) return
    dynamics.addTipForce(table.force)
    dynamics.resistTip(table.normal, table.normalResistance, table.acrossResistance)
  }

  /** Second half, after the world's step: the contact force, and the puck. */
  readWorld(): void {
    if (this.presence === 'present') {
      this.tip?.feel()
      for (const finger of this.fingers) finger.feel()
      this.cell.readObjects(this.state.objects)
      return
    }
    if (this.presence !== 'withdrawn' || this.begin === null) return
    const { physics, start } = this.begin
    this.cell.enter(physics, start)
    this.cell.pushObjects(this.disturbance.objects)
    this.tip?.enter(this.cell, this.state)
    for (const finger of this.fingers) finger.enter(this.cell, this.dynamics)
    this.presence = 'present'
  }

  private createCell(world: World): RapierCell {
    const cell = new RapierCell(world, this.place, this.objects)
    this.tip?.join(world, cell)
    for (const finger of this.fingers) finger.join(world, cell)
    cell.withdraw()
    return cell
  }
}

/** What is reported of the objects while they are withdrawn: their start. */
function beginAt(start: Start, out: ArmState): void {
  for (let i = 0; i < out.objects.length; i++) {
    const object = out.objects[i]!
    const { position, quaternion, velocity, angularVelocity } = start.objects[i]!
    object.position.set(position)
    object.quaternion.set(quaternion)
    object.velocity.fill(0)
    object.angularVelocity.fill(0)
    if (velocity !== undefined) object.velocity.set(velocity)
    if (angularVelocity !== undefined) object.angularVelocity.set(angularVelocity)
  }
}

/**
 * Mass of the tip's body [kg]: the heavier, the stiffer the tie between arm and body. Much heavier than what the arm
 * weighs at its tool point, and the two would swing against each other, `RapierTip.yield` or not.
 */
function tipMass(arm: ArmModel): number {
  const armMass = arm.massKg.reduce((sum, mass) => sum + mass, 0)
  return Math.max(Math.min(TIP_KG, TIP_HEFTS * toolHeft(arm)), TIP_SHARE * armMass)
}

/** The same for a finger; a grip has two of them against each other, and wants stiffer ties. */
function fingerMass(arm: ArmModel): number {
  return Math.max(Math.min(FINGER_KG, FINGER_HEFTS * toolHeft(arm)), tipMass(arm))
}

/** What the strongest joint can press with at full stretch, with room to spare [N]. */
export function strongestPress(arm: ArmModel): number {
  return (6 * Math.max(...arm.stallTorqueNm)) / reachOf(arm)
}

/** Upper bound of how far the tool point gets from the first joint's axis [m]. */
export function reachOf(arm: ArmModel): number {
  let reach = Math.hypot(...arm.tool.position)
  for (let i = 1; i < arm.numJoints; i++) {
    reach += Math.hypot(
      arm.originPosition[3 * i]!,
      arm.originPosition[3 * i + 1]!,
      arm.originPosition[3 * i + 2]!,
    )
  }
  return reach
}
