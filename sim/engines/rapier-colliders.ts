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
  /** The ball that stands for a closed gripper's tip. */
  tip: 16,
  finger: 32,
  /** The table, for fingers. */
  tableOfFingers: 64,
} as const

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
