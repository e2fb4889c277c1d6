import type { CollectFigures } from './collect.ts'
import type { EnvironmentRecipe } from './environment-recipe.ts'
import type { LocalSourceOptions } from './local-source.ts'
import type { RolloutShape } from './rollout.ts'
import type { EvaluationRequest, RolloutRequest } from './rollout-source.ts'

/** What a simulation worker is started with. */
export interface WorkerStart
  extends Pick<LocalSourceOptions, 'goalsPerEpisode' | 'chunkSteps' | 'hidden' | 'horizon'> {
  readonly environment: EnvironmentRecipe
  readonly numEnvs: number
  /** Number of this worker's first arm. */
  readonly firstEnv: number
}

/** Rollouts are written alternately to two shared buffers, so that one can be read meanwhile. */
export const NUM_SLOTS = 2

export type ToWorker =
  | { readonly kind: 'rollout'; readonly slot: number; readonly request: RolloutRequest }
  | { readonly kind: 'evaluate'; readonly request: EvaluationRequest }

export type FromWorker =
  | {
      readonly kind: 'ready'
      readonly shape: RolloutShape
      readonly episodeSteps: number
      readonly buffers: readonly SharedArrayBuffer[]
    }
  | (CollectFigures & { readonly kind: 'rollout'; readonly slot: number })
  | { readonly kind: 'evaluation'; readonly finalDistanceM: Float32Array }
