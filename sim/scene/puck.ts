import type { Physics, Start } from '../engines/engine.ts'
import { tableHeightAt, tableNormal, tableQuaternion } from './table.ts'

/**
 * The pushed object: an upright cylinder on four small ball feet. Only the feet touch the table: with
 * four points friction couples sliding and spinning as a disc's does, which one flat face loses in an
 * engine with point contacts. `halfHeightM` includes the feet: the centre of a resting puck is exactly
 * that far above the table. It weighs like a full cylinder of that height.
 *
 *      ┌──────────────┐   z = +halfHeight
 *      │      +       │   z = 0, centre of mass and of the reported pose
 *      └─╥──────────╥─┘   z = -halfHeight + FOOT_CLEARANCE_M
 *        ◦          ◦     z = -halfHeight, at FOOT_RING of the radius
 */
export type Puck = Physics['object']

/** Nominal size. */
export const PUCK = { radiusM: 0.03, halfHeightM: 0.018 } as const

export const NUM_FEET = 4
export const FOOT_RADIUS_M = 0.004
/** How far the feet stand out below the cylinder. */
export const FOOT_CLEARANCE_M = 0.0005
/** A uniformly loaded disc turns against a mean friction arm of two thirds of its radius. */
export const FOOT_RING = 2 / 3

/** Half height of the cylinder alone [m]. */
export function cylinderHalfHeight(puck: Puck): number {
  return puck.halfHeightM - FOOT_CLEARANCE_M / 2
}

/** Height of the cylinder's centre above the puck's [m]. */
export const CYLINDER_OFFSET_M = FOOT_CLEARANCE_M / 2

/** Centre of one foot in the puck's frame, into `out` [3]. */
export function footCentre(puck: Puck, foot: number, out: Float64Array): void {
  const angle = (2 * Math.PI * foot) / NUM_FEET
  out[0] = FOOT_RING * puck.radiusM * Math.cos(angle)
  out[1] = FOOT_RING * puck.radiusM * Math.sin(angle)
  out[2] = -puck.halfHeightM + FOOT_RADIUS_M
}

/** Moments of inertia about the centre, x, y and z of the puck's frame [kg m²], into `out` [3]. */
export function puckInertia(puck: Puck, out: Float64Array): void {
  const r2 = puck.radiusM * puck.radiusM
  const h2 = 4 * puck.halfHeightM * puck.halfHeightM
  out[0] = (puck.massKg * (3 * r2 + h2)) / 12
  out[1] = out[0]!
  out[2] = (puck.massKg * r2) / 2
}

/**
 * Pose of a puck that rests on the table, its centre above the start's x and y, in the base frame.
 *
 * @param position - receives the centre [3]
 * @param quaternion - receives the orientation [4], x, y, z, w
 */
export function restingPuck(
  physics: Physics,
  start: Start,
  position: Float64Array,
  quaternion: Float64Array,
): void {
  const { object, table } = physics
  tableNormal(table, position)
  const lift = object.halfHeightM / position[2]!
  position[0] = start.objectXM
  position[1] = start.objectYM
  position[2] = tableHeightAt(table, start.objectXM, start.objectYM) + lift
  tableQuaternion(table, quaternion)
  const s = Math.sin(start.objectYawRad / 2)
  const c = Math.cos(start.objectYawRad / 2)
  const x = quaternion[0]!
  const y = quaternion[1]!
  const w = quaternion[3]!
  quaternion[0] = x * c + y * s
  quaternion[1] = y * c - x * s
  quaternion[2] = w * s
  quaternion[3] = w * c
}
