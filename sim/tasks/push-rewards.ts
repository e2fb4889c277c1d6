import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState } from '../engines/engine.ts'
import type { PushOnArm, PushTask } from './push.schema.ts'

/** Named, unweighted terms of one policy step; weights are the task's. */
export interface PushTerms {
  /** Decrease of the distance from object to goal [m]. */
  progress: number
  /** Decrease of the distance from the tip to the place behind the object [m]. */
  approach: number
  /** 1 inside the main threshold. */
  inside: number
  /** exp(-(distance / 3 cm)²). */
  precision: number
  /** Sum of squared actions. */
  effort: number
  /** 1 at the end of the episode inside the main threshold. */
  success: number
}

const PRECISION_M = 0.03
/** Closer than this to the goal, the place behind the object moves to its centre [m]. */
const NEAR_GOAL_M = 0.04
/** Gap between object and tip at the place behind it [m]. */
const BEHIND_GAP_M = 0.012
const MOST_PER_STEP = 5
/** Farther than this an object is simply lost, fallen off the table [m]. */
const LOST_M = 0.6

/** Distances that `progress` and `approach` are differences of. */
export interface PushDistances {
  goalM: number
  behindM: number
}

/** Distance of the object to the goal, and of the tip to the place from which to push it there. */
export function pushDistances(
  state: ArmState,
  goal: Float64Array,
  task: PushOnArm,
  tipRadiusM: number,
  objectRadiusM: number,
  tableHeightM: number,
  out: PushDistances,
): void {
  const { objectPosition: p, tip } = state
  const gx = goal[0]! - p[0]!
  const gy = goal[1]! - p[1]!
  const distance = Math.hypot(gx, gy)
  const back =
    ((objectRadiusM + tipRadiusM + BEHIND_GAP_M) * Math.min(1, distance / NEAR_GOAL_M)) /
    (distance + 1e-6)
  const behindM = Math.hypot(
    tip[0]! - p[0]! + gx * back,
    tip[1]! - p[1]! + gy * back,
    tip[2]! - tableHeightM - task.pushHeightM,
  )
  out.goalM = Math.min(distance, LOST_M)
  out.behindM = Math.min(behindM, LOST_M)
}

/** Terms of a step that moved the distances from `before` to `after`. */
export function pushTerms(
  before: PushDistances,
  after: PushDistances,
  effort: number,
  isLastStep: boolean,
  thresholdM: number,
  out: PushTerms,
): void {
  const isInside = after.goalM < thresholdM
  out.progress = before.goalM - after.goalM
  out.approach = before.behindM - after.behindM
  out.inside = isInside ? 1 : 0
  out.precision = Math.exp(-((after.goalM / PRECISION_M) ** 2))
  out.effort = effort
  out.success = isLastStep && isInside ? 1 : 0
}

/** Weighted sum, limited to ±5; 0 when the simulation has diverged. */
export function pushReward(terms: PushTerms, weights: PushTask['rewards']): number {
  const sum =
    weights.progress * terms.progress +
    weights.approach * terms.approach +
    weights.inside * terms.inside +
    weights.precision * terms.precision +
    weights.effort * terms.effort +
    weights.success * terms.success
  if (!Number.isFinite(sum)) return 0
  return clamp(sum, -MOST_PER_STEP, MOST_PER_STEP)
}
