import { CodedError } from '../../configs/load/coded-error.ts'
import type { GoalView } from '../../sim/world/oracle.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import { type ActorNetwork, actorShape, stateSize } from '../networks/actor-parameters.ts'
import { createActorRunner } from '../runtime/actor-runner.ts'
import { type CollectOptions, collectRollout, type Player, playEpisodes } from './collect.ts'
import { createExpert, type ExpertChoice } from './expert.ts'
import { type Rollout, type RolloutShape, rolloutBytes, rolloutOn } from './rollout.ts'
import type {
  EvaluationOutcome,
  EvaluationRequest,
  GoalDescription,
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
  /** Of the actor that plays. */
  readonly network: ActorNetwork
  readonly horizon: CollectOptions['horizon']
  /** Whose actions are kept beside the policy's. */
  readonly expert?: ExpertChoice | undefined
  /** Whether goals are kept, for hindsight. */
  readonly keepsGoals?: boolean
  readonly nowS: () => number
}

/** The rollout's arrays for an environment. Throws CONFIG_INVALID when chunks do not fit its episode. */
export function rolloutShape(
  env: Pick<
    VecEnv,
    'numEnvs' | 'observationSize' | 'criticSize' | 'actionSize' | 'episodeSteps' | 'oracle'
  >,
  options: Pick<
    LocalSourceOptions,
    'goalsPerEpisode' | 'chunkSteps' | 'network' | 'expert' | 'keepsGoals'
  >,
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
    state: stateSize(actorShape(options.network, { observation: env.observationSize, action: 0 })),
    chunkSteps: options.chunkSteps,
    label: options.expert === undefined ? 0 : env.actionSize,
    goal: options.keepsGoals === true ? goalsOf(env).size : 0,
  }
}

/** Throws CONFIG_INVALID when the task's goal is not a place. */
export function goalsOf({ oracle }: Pick<VecEnv, 'oracle'>): GoalView {
  if (oracle?.goals !== undefined) return oracle.goals
  throw new CodedError('CONFIG_INVALID', 'hindsight needs a task whose goal is a place', {
    hint: 'reach, push, slide, lift and pick-place have one',
  })
}

/** Rollouts played in this thread: for tests and browsers. */
export function createLocalSource(options: LocalSourceOptions): RolloutSource {
  const { env, horizon, nowS } = options
  const layout = rolloutShape(env, options)
  const rollout: Rollout = rolloutOn(layout, new ArrayBuffer(rolloutBytes(layout)))
  let player: Player | undefined
  const playerFor = ({ policy }: Pick<RolloutRequest, 'policy'>): Player => {
    player ??= {
      env,
      runner: createActorRunner(policy.actor, env.numEnvs),
      firstEnv: 0,
      nowS,
      expert: options.expert && createExpert(options.expert, env),
    }
    return player
  }
  return {
    shape: sourceShape(env, 1, options),
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
    | 'numEnvs'
    | 'observationSize'
    | 'criticSize'
    | 'actionSize'
    | 'episodeSteps'
    | 'randomized'
    | 'oracle'
  >,
  workers: number,
  { keepsGoals }: Pick<LocalSourceOptions, 'keepsGoals'> = {},
): SourceShape {
  return {
    ...(keepsGoals === true && { goals: describeGoals(goalsOf(env)) }),
    numEnvs: env.numEnvs * workers,
    workers,
    observation: env.observationSize,
    critic: env.criticSize,
    action: env.actionSize,
    episodeSteps: env.episodeSteps,
    randomized: env.randomized,
  }
}

/** What can be sent to another thread of how goals look. */
export function describeGoals(goals: GoalView): GoalDescription {
  const { size, thresholdM, observationAxis, criticFeatures } = goals
  return { size, thresholdM, observationAxis, criticFeatures }
}
