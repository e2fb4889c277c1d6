import { Ppo } from '../../../policy/algorithms/ppo.ts'
import type { Checkpoint } from '../../../policy/learning/checkpoint.ts'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import type { RolloutRequest } from '../../../policy/learning/rollout-source.ts'
import { type TrainLimits, type TrainParts, train } from '../../../policy/learning/train.ts'
import type { TrainConfig } from '../../../policy/learning/train-config.schema.ts'
import type { TrainEvent } from '../../../policy/learning/train-events.ts'
import type { RandomizedParameter } from '../../../sim/randomization/draw.ts'
import { SMALL_PPO } from '../algorithms/small-ppo.ts'
import { RECALL_CONFIG } from './recall-config.ts'
import { RecallEnv } from './recall-env.ts'

export const CONFIG: TrainConfig = {
  ...RECALL_CONFIG,
  workers: 1,
  gradientWorkers: 0,
  minutes: 1,
  evaluation: { ...RECALL_CONFIG.evaluation, everyUpdates: 3 },
  checkpointEveryUpdates: 2,
}

export interface RunOptions extends Pick<TrainLimits, 'until' | 'resume'> {
  readonly minutes?: number
  /** Interrupts after this many. */
  readonly updates: number
  readonly nowS?: () => number
  /** Called after each step of the environment. */
  readonly spoil?: (env: RecallEnv) => void
  /** Receives every checkpoint. */
  readonly checkpoints?: Checkpoint[]
  /** A config with bounds that move by themselves, and what they are said to be of. */
  readonly automatic?: {
    readonly config: TrainConfig
    readonly parameters: readonly RandomizedParameter[]
  }
  readonly config?: TrainConfig
}

export const createPpo = () =>
  new Ppo({
    config: SMALL_PPO,
    sizes: { observation: 2, critic: 2, action: 1 },
    seed: CONFIG.seed,
  })

/** Trains in memory. */
export async function run(options: RunOptions) {
  const { updates, nowS = () => 0, until, resume, automatic } = options
  const { spoil, checkpoints = [], minutes = CONFIG.minutes } = options
  const config = options.config ?? automatic?.config ?? CONFIG
  const env = new RecallEnv(CONFIG.numEnvs, automatic?.parameters)
  const abort = new AbortController()
  const events: TrainEvent[] = []
  const dumps: Checkpoint[] = []
  const step = env.step.bind(env)
  env.step = (actions) => {
    step(actions)
    spoil?.(env)
  }
  const algorithm = createPpo()
  const source = createLocalSource({
    env,
    goalsPerEpisode: 1,
    chunkSteps: SMALL_PPO.chunkSteps,
    network: SMALL_PPO.network,
    horizon: 'terminated',
    nowS,
  })
  const requests: RolloutRequest[] = []
  const collect = (request: RolloutRequest) => {
    requests.push(request)
    return source.collect(request)
  }
  const parts: TrainParts = {
    config,
    algorithm,
    source: { ...source, collect },
    nowS,
    pause: async () => {},
    onEvent: (event) => {
      events.push(event)
      if (event.kind === 'update' && event.iteration === updates) abort.abort()
    },
    saveCheckpoint: (saved) => {
      checkpoints.push(saved)
      return 'memory'
    },
    saveDump: (dump, iteration) => {
      dumps.push(dump)
      return `dump ${iteration}`
    },
    onBest: () => {},
  }
  const limits = { minutes, until, resume, signal: abort.signal }
  const outcome = await train(parts, limits).finally(() => algorithm.dispose())
  return { outcome, events, env, requests, dumps, checkpoint: checkpoints.at(-1)! }
}
