import type { RigidBody, RigidBodyDesc } from '@dimforge/rapier3d'
import { IDENTITY, type Vector, ZERO } from './rapier-vectors.ts'

/**
 * The tie between a link of the arm and a body of the Rapier world that follows it. In each step a force takes
 * the body to the velocity that brings it after its link; what contacts add to that is the force on the link. A
 * force, since Rapier solves a step in parts: a velocity given at its beginning would press only in the first.
 * At rest the tie is a spring of `PULL · massKg / dt²`.
 */
export interface TieOptions {
  readonly timestepS: number
  /** Of the following body [kg]: the heavier, the stiffer the tie. */
  readonly massKg: number
  /** Harder knocks than this are cut off [N]. */
  readonly maxForceN: number
}

/** Share of the body's lag that is taken back in each step. */
const PULL = 0.5
/** First-order low-pass of the contact force, per step. */
const FORCE_SMOOTHING = 0.5
const MAX_SPEED_M_PER_S = 3
const MAX_SPEED_RAD_PER_S = 30
/** Below this a force is rounding: Rapier computes in single precision. */
const NO_FORCE_N = 1e-3
/** Radius of gyration of a following body [m]. */
const GYRATION_M = 0.05

/** Of the tie at rest [N/m]. */
export function tieStiffness({ massKg, timestepS }: TieOptions): number {
  return (PULL * massKg) / (timestepS * timestepS)
}

export function massProperties(desc: RigidBodyDesc, { massKg }: TieOptions): RigidBodyDesc {
  const inertia = tieInertia(massKg)
  return desc.setAdditionalMassProperties(
    massKg,
    ZERO,
    { x: inertia, y: inertia, z: inertia },
    IDENTITY,
  )
}

/** Moment of inertia of a following body, the same about every axis [kg m²]. */
function tieInertia(massKg: number): number {
  return massKg * GYRATION_M * GYRATION_M
}

/**
 * Velocity for the coming step, into `out` [3].
 *
 * @param target,velocity - of the link's point [m], [m/s]
 * @param position - of the body [m]
 */
export function followVelocity(
  target: Float64Array,
  position: Float64Array,
  velocity: Float64Array,
  { timestepS }: TieOptions,
  out: Float64Array,
): void {
  for (let i = 0; i < 3; i++) {
    const u = velocity[i]!
    out[i] = u + PULL * ((target[i]! - position[i]!) / timestepS - u)
  }
  limit(out, MAX_SPEED_M_PER_S)
}

/** The same for turning: `target` and `orientation` are quaternions x, y, z, w. */
export function followSpin(
  target: Float64Array,
  orientation: Float64Array,
  spin: Float64Array,
  { timestepS }: TieOptions,
  out: Float64Array,
): void {
  const [x, y, z, w] = target as unknown as [number, number, number, number]
  const [bx, by, bz, bw] = orientation as unknown as [number, number, number, number]
  // Vector part of target · orientation⁻¹: half the turn between the two, for small ones.
  const sign = w * bw + x * bx + y * by + z * bz < 0 ? -2 : 2
  out[0] = sign * (x * bw - w * bx - y * bz + z * by)
  out[1] = sign * (y * bw - w * by - z * bx + x * bz)
  out[2] = sign * (z * bw - w * bz - x * by + y * bx)
  for (let i = 0; i < 3; i++) {
    const u = spin[i]!
    out[i] = u + PULL * (out[i]! / timestepS - u)
  }
  limit(out, MAX_SPEED_RAD_PER_S)
}

function limit(out: Float64Array, most: number): void {
  const speed2 = out[0]! * out[0]! + out[1]! * out[1]! + out[2]! * out[2]!
  const scale = speed2 > most * most ? most / Math.sqrt(speed2) : 1
  for (let i = 0; i < 3; i++) out[i] = out[i]! * scale
}

/** Has the body go from its present velocity to another [m/s] in the coming step, if nothing holds it. */
export function pull(
  body: RigidBody,
  present: Float64Array,
  velocity: Float64Array,
  { massKg, timestepS }: TieOptions,
  scratch: Vector,
): void {
  body.resetForces(false)
  body.addForce(impulseRate(present, velocity, massKg / timestepS, scratch), false)
}

/** The same for a spin [rad/s]. */
export function twist(
  body: RigidBody,
  present: Float64Array,
  spin: Float64Array,
  { massKg, timestepS }: TieOptions,
  scratch: Vector,
): void {
  body.resetTorques(false)
  body.addTorque(impulseRate(present, spin, tieInertia(massKg) / timestepS, scratch), false)
}

function impulseRate(
  present: Float64Array,
  wanted: Float64Array,
  factor: number,
  out: Vector,
): Vector {
  out.x = factor * (wanted[0]! - present[0]!)
  out.y = factor * (wanted[1]! - present[1]!)
  out.z = factor * (wanted[2]! - present[2]!)
  return out
}

/**
 * Updates the smoothed contact force on the link [3], [N].
 * @param after,sent - velocity of the body after the step, and as asked for [3], [m/s]
 */
export function tieForce(
  after: Float64Array,
  sent: Float64Array,
  { massKg, timestepS, maxForceN }: TieOptions,
  force: Float64Array,
): void {
  smooth(after, sent, massKg / timestepS, maxForceN, force)
}

/** The same for the torque about the body's centre [3], [Nm]. */
export function tieTorque(
  after: Float64Array,
  sent: Float64Array,
  { massKg, timestepS, maxForceN }: TieOptions,
  torque: Float64Array,
): void {
  smooth(after, sent, tieInertia(massKg) / timestepS, maxForceN * GYRATION_M, torque)
}

function smooth(
  after: Float64Array,
  sent: Float64Array,
  factor: number,
  most: number,
  out: Float64Array,
): void {
  for (let i = 0; i < 3; i++) {
    const felt = factor * (after[i]! - sent[i]!)
    const limited = Math.abs(felt) < NO_FORCE_N ? 0 : Math.min(most, Math.max(-most, felt))
    const last = out[i]!
    const smoothed = last + FORCE_SMOOTHING * (limited - last)
    out[i] = Math.abs(smoothed) < NO_FORCE_N ? 0 : smoothed
  }
}
