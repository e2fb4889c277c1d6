import { estimateAdvantages } from '../learning/advantages.ts'
import type { PreparedRollout } from '../learning/prepared-rollout.ts'
import type { ActorCritic } from '../networks/actor-critic.ts'
import { type NormaliserState, normaliseRows } from '../networks/running-normaliser.ts'
import type { PpoConfig } from './ppo.schema.ts'
import { atBoundaries, criticValues } from './rollout-values.ts'

export interface PrepareOptions {
  readonly config: Pick<PpoConfig, 'discount' | 'traceDecay'> & {
    readonly network: Pick<PpoConfig['network'], 'normClip'>
  }
  readonly critic: ActorCritic['critic']
  /** Units of the reward in one of the critic's. */
  readonly returnScale: number
  readonly actorNormaliser: NormaliserState
  readonly criticNormaliser: NormaliserState
}

/** Fills in what is learnt from; advantages and returns are in units of the reward. */
export async function prepareRollout(
  { rollout, observation, critic, advantage, target }: PreparedRollout,
  { config, returnScale, ...options }: PrepareOptions,
): Promise<void> {
  const { network, discount, traceDecay } = config
  const { actorNormaliser, criticNormaliser } = options
  normaliseRows(actorNormaliser, network.normClip, rollout.observation, observation)
  normaliseRows(criticNormaliser, network.normClip, rollout.critic, critic)
  const finalCritic = new Float32Array(rollout.finalCritic.length)
  normaliseRows(criticNormaliser, network.normClip, rollout.finalCritic, finalCritic)
  const values = await criticValues(options.critic, critic, returnScale)
  const finalValues = await criticValues(options.critic, finalCritic, returnScale)
  const boundaryValues = atBoundaries(rollout.shape, finalValues)
  advantage.set(estimateAdvantages(rollout, { values, boundaryValues, discount, traceDecay }))
  for (let k = 0; k < target.length; k++) target[k] = advantage[k]! + values[k]!
}
