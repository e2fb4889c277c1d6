import type { GoalView } from '../../sim/world/oracle.ts'
import type { ResetOptions, VecEnv } from '../../sim/world/vec-env.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import type { Rollout } from './rollout.ts'

/** The policy as a simulation worker needs it. */
export interface ActingPolicy {
  readonly actor: ActorParameters
  /** [action] */
  readonly logStd: Float32Array
}

/** Fixes a rollout completely: the same request gives the same rollout. */
export interface RolloutRequest extends Pick<ResetOptions, 'width' | 'ease'>, Collection {
  readonly policy: ActingPolicy
  readonly seed: number
  /** Counts rollouts; names the exploration noise. */
  readonly iteration: number
  /** Number of the first episode; arm k plays episode `episode + k`. */
  readonly episode: number
  /** Instead, the number of each arm's episode, over all workers. */
  readonly episodes?: readonly number[] | undefined
}

/** Who acts in a rollout beside the policy; nobody unless said. */
export interface Collection {
  /** Share of the arms that the expert drives, noise added as to the policy's actions. */
  readonly expertShare?: number
  /** It takes over anywhere within this share of the rollout; from the beginning unless said. */
  readonly takeOver?: number
  /** Share of the steps in which an arm does anything at all. */
  readonly randomShare?: number
  /** Steps for which such an action is held; 1 unless said. */
  readonly randomSteps?: number
}

export interface RolloutBatch {
  /** One per worker; valid until the next `collect`. */
  readonly rollouts: readonly Rollout[]
  /** The slowest worker's times [s]. */
  readonly simulateS: number
  readonly inferS: number
  /** Values of a diverged simulation, over all workers, that were replaced by 0. */
  readonly numNonFinite: number
}

/** Where rollouts come from: this thread, worker threads, later other machines. */
export interface RolloutSource {
  readonly shape: SourceShape
  /** Plays a rollout; one at a time. */
  collect(request: RolloutRequest): Promise<RolloutBatch>
  /** Plays held-out episodes without exploration noise. */
  evaluate(request: EvaluationRequest): Promise<EvaluationOutcome>
  close(): Promise<void>
}

export interface SourceShape {
  /** Arms over all workers. */
  readonly numEnvs: number
  readonly workers: number
  readonly observation: number
  readonly critic: number
  readonly action: number
  readonly episodeSteps: number
  readonly randomized: VecEnv['randomized']
  /** Where goals are kept. */
  readonly goals?: GoalDescription
}

/** Numbers of an episode's steps, and how many of them. */
export type EpisodeShape = Pick<SourceShape, 'observation' | 'critic' | 'action' | 'episodeSteps'>

/** How a goal looks to policy and critic. */
export type GoalDescription = Omit<GoalView, 'read'>

export interface EvaluationRequest {
  readonly policy: ActingPolicy
  readonly seed: number
  readonly width: number
  readonly episodes: number
}

export interface EvaluationOutcome {
  /** Object to goal at the end of each episode [m]. */
  readonly finalDistanceM: Float32Array
}
