import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import { SMALL_PPO } from '../policy/algorithms/small-ppo.ts'
import { RECALL_CONFIG } from '../policy/learning/recall-config.ts'

/** Training that takes a second: what was shown first must be remembered. Simulated in two threads. */
export const RECALL_JOB: TrainJob = {
  config: RECALL_CONFIG,
  algorithm: SMALL_PPO,
  environment: {
    module: new URL('../../dist/tests/policy/learning/recall-factory.js', import.meta.url).href,
    factory: 'createRecallEnv',
    config: {},
  },
}
