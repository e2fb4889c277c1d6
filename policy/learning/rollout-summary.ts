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

/** @param isCounted - whether success and distance of an arm count, by its number over all workers; all do unless said */
export function summarise(
  { rollouts }: RolloutBatch,
  thresholdM: number,
  isCounted: (arm: number) => boolean = () => true,
): RolloutSummary {
  const distances = distancesOf(rollouts, isCounted)
  const rewards = rollouts.reduce((sum, { reward }) => sum + reward.reduce((a, b) => a + b, 0), 0)
  const arms = rollouts.reduce((sum, { shape }) => sum + shape.numEnvs, 0)
  const extreme = (pick: (a: number, b: number) => number) =>
    rollouts.map(({ reward }) => reward.reduce((a, b) => pick(a, b))).reduce((a, b) => pick(a, b))
  const numActions = rollouts.reduce((sum, { action }) => sum + action.length, 0)
  const numSaturated = rollouts.reduce((sum, { action }) => sum + countSaturated(action), 0)
  return {
    steps: rollouts.reduce((sum, { reward }) => sum + reward.length, 0),
    success: shareWithin(distances, thresholdM),
    meanDistanceM: meanOfFinite(distances),
    meanReturn: rewards / arms,
    minReward: extreme(Math.min),
    maxReward: extreme(Math.max),
    saturatedShare: numSaturated / numActions,
  }
}

/** How the first goal of each arm's episode went and whether all of them did, with the bound its draw was pinned to. */
export function* episodesOf({ rollouts }: RolloutBatch, thresholdM: number) {
  for (const { pinned, finalDistanceM } of rollouts) {
    const numEnvs = pinned.length
    for (let k = 0; k < numEnvs; k++) {
      const ofArm = finalDistanceM.filter((_, at) => at % numEnvs === k)
      const isSuccess = isWithin(ofArm[0]!, thresholdM)
      yield { pinned: pinned[k]!, isSuccess, isAllSuccess: shareWithin(ofArm, thresholdM) === 1 }
    }
  }
}

/** Object to goal at the end of every goal of the arms that count [m]. */
function distancesOf(
  rollouts: RolloutBatch['rollouts'],
  isCounted: (arm: number) => boolean,
): Float32Array {
  const distances: number[] = []
  let first = 0
  for (const { shape, finalDistanceM } of rollouts) {
    for (const [at, distance] of finalDistanceM.entries()) {
      if (isCounted(first + (at % shape.numEnvs))) distances.push(distance)
    }
    first += shape.numEnvs
  }
  return Float32Array.from(distances)
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
