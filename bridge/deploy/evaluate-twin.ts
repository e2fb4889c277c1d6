import { CodedError } from '../../configs/load/coded-error.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { type EvaluationResult, summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import type { Reality } from '../../sim/world/reality.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { TaskActor } from './task-actor.ts'
import { runVirtualDeployment } from './virtual-deployment.ts'

export interface TwinEvaluation {
  readonly reality: Reality
  readonly config: DeployConfig
  readonly episodes: number
  readonly seed: number
  readonly thresholdsM: readonly number[]
  readonly signal: AbortSignal
  readonly onProgress?: (episodesDone: number, finalDistanceM: number) => void
}

/**
 * Plays episodes through driver, wire protocol and emulated arm on virtual time. A run that a fault ends
 * counts its episode as failed and goes on with the next one from a fresh start.
 */
export async function evaluateInTwin(
  actor: TaskActor,
  options: TwinEvaluation,
): Promise<EvaluationResult> {
  const outcomes: EpisodeOutcome[] = []
  while (outcomes.length < options.episodes && !options.signal.aborted) {
    try {
      const result = await runVirtualDeployment({
        arm: actor.arm,
        reality: options.reality,
        task: actor.task,
        spec: actor.spec,
        config: options.config,
        policy: actor.createStepper(options.seed),
        episodes: options.episodes - outcomes.length,
        firstEpisode: outcomes.length,
        seed: options.seed,
        signal: options.signal,
        onVerdict: ({ finalDistanceM, objectSpeedMPerS }) => {
          outcomes.push({
            distanceM: finalDistanceM,
            settledSpeedMPerS: objectSpeedMPerS,
            interventions: {},
            fault: null,
          })
          options.onProgress?.(outcomes.length, finalDistanceM)
        },
      })
      addInterventions(outcomes, result.interventions)
    } catch (error) {
      if (options.signal.aborted || !isFault(error)) throw error
      outcomes.push({
        distanceM: Number.NaN,
        settledSpeedMPerS: null,
        interventions: {},
        fault: error.code,
      })
    }
  }
  return summariseEpisodes(outcomes, {
    thresholdsM: options.thresholdsM,
    settledSpeedMPerS: actor.task.success.settledSpeedMPerS,
  })
}

/** Whether the arm or its bus ended the run: no mistake of who asked for it, which every episode would repeat. */
function isFault(error: unknown): error is CodedError {
  return error instanceof CodedError && error.exitCode > 2
}

/** Interventions are counted over a whole run: they are booked on its last episode. */
function addInterventions(
  outcomes: EpisodeOutcome[],
  interventions: Readonly<Record<string, number>>,
): void {
  const last = outcomes.pop()
  if (last !== undefined) outcomes.push({ ...last, interventions })
}
