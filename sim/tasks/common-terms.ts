import type { ArmState } from '../engines/engine.ts'

/**
 * Reward terms that every task has besides its own, unweighted, and what they mean. `rewards: { outside: -1 }`
 * alone is the sparse reward of Peng et al. 2018 and of Gymnasium-Robotics' Fetch tasks: 0 while success holds,
 * else -1 per step.
 */
export const COMMON_TERMS = {
  pressing: 'force with which tool or fingers press down on table or objects [N]',
  outside: '1 while success does not hold',
}

/** Writes the values of `COMMON_TERMS` in their order, from `offset` on. */
export function writeCommonTerms(
  { tipForce }: Pick<ArmState, 'tipForce'>,
  isSuccess: boolean,
  out: Float64Array,
  offset: number,
): void {
  out[offset] = Math.max(0, tipForce[2]!)
  out[offset + 1] = isSuccess ? 0 : 1
}
