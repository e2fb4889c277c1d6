import { CodedError } from '../../configs/load/coded-error.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import { createActorRunner } from '../runtime/actor-runner.ts'
import { type CollectOptions, collectRollout, type Player, playEpisodes } from './collect.ts'
import { type Rollout, type RolloutShape, rolloutBytes, rolloutOn } from './rollout.ts'
import type {
  EvaluationOutcome,
  EvaluationRequest,
  RolloutBatch,
  RolloutRequest,
  RolloutSource,
  SourceShape,
} from './rollout-source.ts'

export interface LocalSourceOptions {
  readonly env: VecEnv
  /** Goals per episode, in the same physics and with the same recurrent state. */
  readonly goalsPerEpisode: number
  readonly chunkSteps: number
  readonly hidden: number
  readonly horizon: CollectOptions['horizon']
  readonly nowS: () => number
}

/** The rollout's arrays for an environment. Throws CONFIG_INVALID when chunks do not fit its episode. */
export function rolloutShape(
  env: Pick<VecEnv, 'numEnvs' | 'observationSize' | 'criticSize' | 'actionSize' | 'episodeSteps'>,
  options: Pick<LocalSourceOptions, 'goalsPerEpisode' | 'chunkSteps' | 'hidden'>,
): RolloutShape {
  const steps = env.episodeSteps * options.goalsPerEpisode
  if (steps % options.chunkSteps !== 0) {
    throw new CodedError(
      'CONFIG_INVALID',
      `chunkSteps must divide the ${steps} steps of an episode, found ${options.chunkSteps}`,
    )
  }
  return {
    steps,
    segments: options.goalsPerEpisode,
    numEnvs: env.numEnvs,
    observation: env.observationSize,
    critic: env.criticSize,
    action: env.actionSize,
    state: 2 * options.hidden,
    chunkSteps: options.chunkSteps,
  }
}

/** Rollouts played in this thread: for tests and browsers. */
export function createLocalSource(options: LocalSourceOptions): RolloutSource {
  const { env, horizon, nowS } = options
  const layout = rolloutShape(env, options)
  const rollout: Rollout = rolloutOn(layout, new ArrayBuffer(rolloutBytes(layout)))
  let player: Player | undefined
  const playerFor = ({ policy }: Pick<RolloutRequest, 'policy'>): Player => {
    player ??= { env, runner: createActorRunner(policy.actor, env.numEnvs), firstEnv: 0, nowS }
    return player
  }
  return {
    shape: sourceShape(env, 1),
    async collect(request: RolloutRequest): Promise<RolloutBatch> {
      const figures = collectRollout(playerFor(request), { request, horizon }, rollout)
      return { rollouts: [rollout], ...figures }
    },
    async evaluate(request: EvaluationRequest): Promise<EvaluationOutcome> {
      return { finalDistanceM: playEpisodes(playerFor(request), request) }
    },
    async close() {
      env.dispose()
    },
  }
}

/** Sizes over `workers` equal environments. */
export function sourceShape(
  env: Pick<
    VecEnv,
    'numEnvs' | 'observationSize' | 'criticSize' | 'actionSize' | 'episodeSteps' | 'randomized'
  >,
  workers: number,
): SourceShape {
  return {
    numEnvs: env.numEnvs * workers,
    workers,
    observation: env.observationSize,
    critic: env.criticSize,
    action: env.actionSize,
    episodeSteps: env.episodeSteps,
    randomized: env.randomized,
  }
}
