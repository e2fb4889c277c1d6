import type { CollectFigures } from './collect.ts'
import type { EnvironmentRecipe } from './environment-recipe.ts'
import type { WatcherRecipe } from './environment-watcher.ts'
import type { LocalSourceOptions } from './local-source.ts'
import type { RolloutShape } from './rollout.ts'
import type { EvaluationRequest, RolloutRequest, SourceShape } from './rollout-source.ts'

/** What a simulation worker is started with. */
export interface WorkerStart
  extends Pick<
    LocalSourceOptions,
    'goalsPerEpisode' | 'chunkSteps' | 'network' | 'horizon' | 'expert' | 'keepsGoals'
  > {
  readonly environment: EnvironmentRecipe
  readonly numEnvs: number
  /** Number of this worker's first arm. */
  readonly firstEnv: number
  /** Who looks on. */
  readonly watcher?: WatcherRecipe | undefined
}

export type ToWorker =
  | { readonly kind: 'rollout'; readonly request: RolloutRequest }
  | { readonly kind: 'evaluate'; readonly request: EvaluationRequest }

export type FromWorker =
  | {
      readonly kind: 'ready'
      readonly shape: RolloutShape
      readonly source: SourceShape
      /** Every rollout is written here. */
      readonly buffer: SharedArrayBuffer
    }
  | (CollectFigures & { readonly kind: 'rollout' })
  /** From the watcher. */
  | { readonly kind: 'seen'; readonly message: unknown }
  | { readonly kind: 'evaluation'; readonly finalDistanceM: Float32Array }
