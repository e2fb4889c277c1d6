/**
 * Reward terms that every task has besides its own, unweighted, and what they mean. `rewards: { outside: -1 }`
 * alone is the sparse reward of Peng et al. 2018 and of Gymnasium-Robotics' Fetch tasks: 0 while success holds,
 * else -1 per step.
 */
export const COMMON_TERMS = {
  outside: '1 while success does not hold',
}

/** Writes the values of `COMMON_TERMS` in their order, from `offset` on. */
export function writeCommonTerms(isSuccess: boolean, out: Float64Array, offset: number): void {
  out[offset] = isSuccess ? 0 : 1
}
