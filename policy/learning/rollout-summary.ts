import { isWithin } from '../../sim/tasks/task.ts'
import type { RolloutBatch } from './rollout-source.ts'

/** What the rollouts of all workers tell about the policy that played them. */
export interface RolloutSummary {
  readonly steps: number
  /** Share of the episodes that ended within the threshold. */
  readonly success: number
  readonly meanDistanceM: number
  /** Mean sum of rewards of an arm. */
  readonly meanReturn: number
  readonly minReward: number
  readonly maxReward: number
  /** Share of action components beyond ±1, where the arm clips them. */
  readonly saturatedShare: number
}

export function summarise({ rollouts }: RolloutBatch, thresholdM: number): RolloutSummary {
  const distances = rollouts.map((rollout) => rollout.finalDistanceM)
  const weigh = (figure: (array: Float32Array) => number) => mean(distances.map(figure))
  const rewards = rollouts.reduce((sum, { reward }) => sum + reward.reduce((a, b) => a + b, 0), 0)
  const arms = rollouts.reduce((sum, { shape }) => sum + shape.numEnvs, 0)
  const extreme = (pick: (a: number, b: number) => number) =>
    rollouts.map(({ reward }) => reward.reduce((a, b) => pick(a, b))).reduce((a, b) => pick(a, b))
  const numActions = rollouts.reduce((sum, { action }) => sum + action.length, 0)
  const numSaturated = rollouts.reduce((sum, { action }) => sum + countSaturated(action), 0)
  return {
    steps: rollouts.reduce((sum, { reward }) => sum + reward.length, 0),
    success: weigh((array) => shareWithin(array, thresholdM)),
    meanDistanceM: weigh(meanOfFinite),
    meanReturn: rewards / arms,
    minReward: extreme(Math.min),
    maxReward: extreme(Math.max),
    saturatedShare: numSaturated / numActions,
  }
}

/** How the first goal of each episode went, with the bound its draw was pinned to. */
export function* episodesOf({ rollouts }: RolloutBatch, thresholdM: number) {
  for (const { pinned, finalDistanceM } of rollouts) {
    for (let k = 0; k < pinned.length; k++) {
      yield { pinned: pinned[k]!, isSuccess: isWithin(finalDistanceM[k]!, thresholdM) }
    }
  }
}

export function shareWithin(distances: Float32Array, thresholdM: number): number {
  return distances.filter((distance) => isWithin(distance, thresholdM)).length / distances.length
}

/** Distances are infinite where success was out of the question. */
export function meanOfFinite(distances: Float32Array): number {
  return mean(distances.filter(Number.isFinite))
}

function mean(values: Float32Array | readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function countSaturated(action: Float32Array): number {
  let count = 0
  for (let k = 0; k < action.length; k++) if (Math.abs(action[k]!) > 1) count++
  return count
}
