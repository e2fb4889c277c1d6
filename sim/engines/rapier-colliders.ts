import { CoefficientCombineRule, type ColliderDesc } from '@dimforge/rapier3d'

/** Kinds of colliders; each meets only the kinds it names. */
export const KIND = {
  /** The table, for objects. */
  table: 1,
  feet: 2,
  /** An object's body towards the table: what holds it when it has tipped over. */
  underside: 4,
  /** An object's body towards everything else. */
  object: 8,
  finger: 16,
  /** The table, for fingers. */
  tableOfFingers: 32,
} as const

const FIRST_TIP_BIT = 6
const NUM_TIP_BITS = 10

/**
 * Kind of the ball that stands for a closed gripper's tip towards one object of a cell, by the object's number. Each
 * meets only its own, among the first ten.
 */
export function tipKind(object: number): number {
  return 1 << (FIRST_TIP_BIT + (object % NUM_TIP_BITS))
}

/** Friction of a surface that leaves the coefficient to the other side. */
export const OTHER_SIDES_FRICTION = 10

/** A massless collider; in contact the smaller friction of the two counts. */
export function collider(desc: ColliderDesc, member: number, others: number): ColliderDesc {
  return desc
    .setDensity(0)
    .setFriction(OTHER_SIDES_FRICTION)
    .setFrictionCombineRule(CoefficientCombineRule.Min)
    .setCollisionGroups((member << 16) | others)
}
