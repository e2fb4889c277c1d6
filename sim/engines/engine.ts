import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmGeometry } from '../../robot/model/arm-geometry.ts'
import type { ObjectShape } from '../scene/object.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The seam between a world and the physics library under it. One engine holds `count` independent
 * arms, each with one table and the same kinds of objects; all share the time step. Positions are in each
 * arm's own base frame (z up, x forward, right-handed, metres), whatever offset the engine uses inside.
 */

/** Physics of one object. */
export interface ObjectPhysics {
  readonly shape: ObjectShape
  massKg: number
  /** Centre of mass from the middle of the shape, object frame [3], [m]. */
  readonly comM: Float64Array
  frictionTable: number
  /** With the arm's fingers; two objects meet with the smaller of theirs. */
  frictionTip: number
}

/** Physics of one arm and its surroundings, in absolute values: what a draw of randomization gives. */
export interface Physics extends ArmGeometry {
  /** [numLinks] of the compiled arm. */
  readonly linkMassKg: Float64Array
  /** Scale of each link's rotational inertia [numLinks]. */
  readonly inertiaScale: Float64Array
  /** Per joint [numJoints]. */
  readonly stiffnessNmPerRad: Float64Array
  readonly dampingNmSPerRad: Float64Array
  readonly coulombNm: Float64Array
  /** Share of the actuator's torque that is lost to friction (load-dependent), 0..1. */
  readonly loadFriction: Float64Array
  readonly armatureKgM2: Float64Array
  readonly stallTorqueNm: Float64Array
  readonly backlashRad: Float64Array
  /** Error that a servo's position loop ignores, to each side. */
  readonly deadBandRad: Float64Array
  /** Share of the supply's voltage that is lost when every motor stalls, 0..1. */
  voltageSag: number
  /** In the base frame [m/s²]. */
  readonly gravity: Float64Array
  readonly objects: readonly ObjectPhysics[]
  readonly table: {
    /** Height of the table at the base axis [m] and its slope along x and y [rad]. */
    heightM: number
    tiltXRad: number
    tiltYRad: number
    frictionTip: number
  }
}

/** Where an episode begins. */
export interface Start {
  /** Joint positions [numJoints], [rad]. */
  readonly q: Float64Array
  readonly objects: readonly ObjectStart[]
}

/** Where an object begins, and how its middle moves then: not at all, where nothing is said. */
export interface ObjectStart extends ObjectPose {
  readonly velocity?: Float64Array
  readonly angularVelocity?: Float64Array
}

/** Pose in the base frame: centre [3], [m], and orientation x, y, z, w [4]. */
export interface ObjectPose {
  readonly position: Float64Array
  readonly quaternion: Float64Array
}

/** Live pose and motion of an object; velocity [m/s] and angular velocity [rad/s], base frame [3]. */
export interface ObjectState extends ObjectPose {
  readonly velocity: Float64Array
  readonly angularVelocity: Float64Array
}

export function createObjectState(): ObjectState {
  return {
    position: new Float64Array(3),
    quaternion: Float64Array.of(0, 0, 0, 1),
    velocity: new Float64Array(3),
    angularVelocity: new Float64Array(3),
  }
}

export function copyObjectState(from: ObjectState, to: ObjectState): void {
  to.position.set(from.position)
  to.quaternion.set(from.quaternion)
  to.velocity.set(from.velocity)
  to.angularVelocity.set(from.angularVelocity)
}

/** Live view of one arm; the engine overwrites it on `step`. All in the arm's base frame, SI. */
export interface ArmState {
  readonly q: Float64Array
  readonly qd: Float64Array
  /** Origin of each joint's link [numJoints, 3]. */
  readonly linkPosition: Float64Array
  /** Tool point and its velocity [3]. */
  readonly tip: Float64Array
  readonly tipVelocity: Float64Array
  /** Force on the arm at the tool point [N]. */
  readonly tipForce: Float64Array
  readonly objects: readonly ObjectState[]
}

/** The arrays of an arm's state, at zero. */
export function createArmState(numJoints: number, numObjects: number): ArmState {
  return {
    q: new Float64Array(numJoints),
    qd: new Float64Array(numJoints),
    linkPosition: new Float64Array(3 * numJoints),
    tip: new Float64Array(3),
    tipVelocity: new Float64Array(3),
    tipForce: new Float64Array(3),
    objects: Array.from({ length: numObjects }, createObjectState),
  }
}

/** Forces from outside on one arm's world [3], base frame [N]. */
export interface Disturbance {
  readonly tool: Float64Array
  /** On the objects' centres of mass. */
  readonly objects: readonly Float64Array[]
}

export function createDisturbance(numObjects: number): Disturbance {
  return {
    tool: new Float64Array(3),
    objects: Array.from({ length: numObjects }, () => new Float64Array(3)),
  }
}

/** Neighbouring arms that are simulated together. */
export interface ArmWorld {
  readonly first: number
  readonly count: number
  /** Advances these arms by the engine's time step. */
  readonly step: () => void
}

export interface Engine {
  readonly kind: 'rapier' | 'mujoco'
  readonly count: number
  readonly timestepS: number
  /** Places one arm anew, its joints at rest, with new physics. Others are not touched. */
  reset(index: number, physics: Physics, start: Start): void
  /** Joint set-point of one arm for the following steps [numJoints], [rad], in true joint coordinates. */
  setTarget(index: number, target: Float64Array): void
  /** Forces on one arm's tool point and objects in the following steps, until the next `disturb` or `reset`. */
  disturb(index: number, disturbance: Disturbance): void
  /** Advances every arm by `timestepS`. */
  step(): void
  /** The same world by world: all arms, in order. Several steps of one before the next keep its memory near. */
  readonly worlds: readonly ArmWorld[]
  state(index: number): ArmState
  /** Everything that later steps depend on, targets included. */
  snapshot(): Snapshot
  /**
   * Goes on from a snapshot of this engine or of an equal one, to the last bit; states stay where they are and
   * change their values. Throws SIM_SNAPSHOT_INVALID when it is of something else.
   */
  restore(snapshot: Snapshot): void
  dispose(): void
}

/** Throws SIM_ENGINE_INVALID for what no engine can hold. */
export function checkSize(count: number, timestepS: number): void {
  if (Number.isInteger(count) && count >= 1 && timestepS > 0) return
  throw new CodedError(
    'SIM_ENGINE_INVALID',
    `expected at least one arm and a positive time step, found ${count} arms and ${timestepS} s`,
  )
}
