import type { VecEnv } from '../../sim/world/vec-env.ts'
import { createActorInEnv, type EvaluatedActor } from './actor-in-env.ts'
import type { EpisodeOutcome } from './episode-runner.ts'
import { type EvaluationResult, type SuccessCriteria, summariseEpisodes } from './evaluation.ts'
import { takeTurn } from './take-turn.ts'

export interface VecEnvEvaluation {
  readonly episodes: number
  /** Fixes every draw together with the episode's number; held-out when training used another. */
  readonly seed: number
  /** Width of randomization, 0 nominal to 1 full. */
  readonly width: number
  readonly criteria?: SuccessCriteria
  /** Called after each batch with the episodes played so far. */
  readonly onProgress?: (episodesDone: number) => void
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  /** Looks on at every moment, which waits for it. */
  readonly look?: ((moment: EvaluationMoment) => Promise<void>) | undefined
}

/** A batch of episodes begins (step 0), or every arm has made a step. */
export interface EvaluationMoment {
  /** Number of the first arm's episode. */
  readonly episode: number
  readonly step: number
  /** Of the batches before. */
  readonly outcomes: readonly EpisodeOutcome[]
}

/** Plays episodes 0 … episodes - 1 in an environment, whole batches at a time; `env` stays the caller's. */
export async function evaluateVecEnv(
  actor: EvaluatedActor,
  env: VecEnv,
  options: VecEnvEvaluation,
): Promise<EvaluationResult> {
  return summariseEpisodes(await playVecEnv(actor, env, options), options.criteria)
}

/**
 * As `evaluateVecEnv`, episode by episode. A result that is no number is a fault, SIM_DIVERGED. Rejects with the
 * signal's reason when it aborts, and with what `look` throws.
 */
export async function playVecEnv(
  actor: EvaluatedActor,
  env: VecEnv,
  options: VecEnvEvaluation,
): Promise<EpisodeOutcome[]> {
  const { look, signal } = options
  const player = createActorInEnv(actor, env, options.seed)
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  const outcomes: EpisodeOutcome[] = []
  while (outcomes.length < options.episodes) {
    const episode = outcomes.length
    env.reset({ seed: options.seed, episode, width: options.width })
    player.begin(episode)
    await look?.({ episode, step: 0, outcomes })
    for (let step = 1; step <= env.episodeSteps; step++) {
      await takeTurn(signal)
      player.act(actions)
      env.step(actions)
      await look?.({ episode, step, outcomes })
    }
    const numWanted = Math.min(env.numEnvs, options.episodes - episode)
    for (let index = 0; index < numWanted; index++) outcomes.push(outcomeOf(env, index))
    options.onProgress?.(outcomes.length)
  }
  return outcomes
}

function outcomeOf(env: VecEnv, index: number): EpisodeOutcome {
  const distanceM = env.distanceM[index]!
  return {
    distanceM,
    settledSpeedMPerS: env.objectSpeedMPerS[index]!,
    interventions: {},
    fault: Number.isNaN(distanceM) ? 'SIM_DIVERGED' : null,
  }
}
