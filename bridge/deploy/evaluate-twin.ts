import { CodedError } from '../../configs/load/coded-error.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { type EvaluationResult, summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import { type PopulationResult, summarisePopulation } from '../../policy/evaluate/population.ts'
import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import { writeUrdf } from '../../robot/model/urdf/write-urdf.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { MessageSink } from '../recording/topics.ts'
import { baseFrameOf } from './base-frame.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { LoopTap } from './loop-tap.ts'
import { outcomeOf, type RefereeVerdict } from './referee.ts'
import type { TaskActor } from './task-actor.ts'
import { runVirtualDeployment } from './virtual-deployment.ts'

export interface TwinEvaluation {
  readonly reality: Reality
  readonly config: DeployConfig
  readonly episodes: number
  readonly seed: number
  readonly thresholdsM: readonly number[]
  readonly signal: AbortSignal
  readonly onProgress?: (episodesDone: number, verdict: RefereeVerdict) => void
  /** Get all that the loop does, stamped as if it began now; their owner closes them. */
  readonly sinks?: readonly MessageSink[]
}

/** Between two runs in one recording, when a fault has ended the first [s]. */
const PAUSE_S = 1

/** What `playInTwin` played, counted. */
export async function evaluateInTwin(
  actor: TaskActor,
  options: TwinEvaluation,
): Promise<EvaluationResult> {
  return summariseEpisodes(await playInTwin(actor, options), criteriaOf(actor, options))
}

/** Each of several set-ups for as many episodes, of the same draws: all together, and how unlike they are. */
export async function evaluatePopulation(
  actor: TaskActor,
  realities: readonly Reality[],
  options: Omit<TwinEvaluation, 'reality'>,
): Promise<EvaluationResult & { readonly population: PopulationResult }> {
  const setUps: { reality: string; outcomes: readonly EpisodeOutcome[] }[] = []
  for (const reality of realities) {
    const before = setUps.length * options.episodes
    const onProgress: TwinEvaluation['onProgress'] = (done, verdict) =>
      options.onProgress?.(before + done, verdict)
    const outcomes = await playInTwin(actor, { ...options, reality, onProgress })
    setUps.push({ reality: reality.name, outcomes })
  }
  const all = setUps.flatMap(({ outcomes }) => outcomes)
  return {
    ...summariseEpisodes(all, criteriaOf(actor, options)),
    population: summarisePopulation(setUps, actor.task.success.mainThresholdM),
  }
}

const criteriaOf = ({ task }: TaskActor, { thresholdsM }: Pick<TwinEvaluation, 'thresholdsM'>) => ({
  thresholdsM,
  settledSpeedMPerS: task.success.settledSpeedMPerS,
})

/**
 * Plays episodes through driver, wire protocol and emulated arm on virtual time. A run that a fault ends
 * counts its episode as failed and goes on with the next one from a fresh start.
 */
async function playInTwin(actor: TaskActor, options: TwinEvaluation): Promise<EpisodeOutcome[]> {
  const outcomes: EpisodeOutcome[] = []
  const createTap = recordTaps(actor, options)
  while (outcomes.length < options.episodes && !options.signal.aborted) {
    let interventions: EpisodeOutcome['interventions'] = {}
    try {
      await runVirtualDeployment({
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
        ...(createTap && { createTap }),
        onVerdict: (verdict) => {
          outcomes.push(outcomeOf(verdict))
          options.onProgress?.(outcomes.length, verdict)
        },
        onInterventions: (counts) => {
          interventions = counts
        },
      })
      addInterventions(outcomes, interventions)
    } catch (error) {
      if (options.signal.aborted || !isFault(error)) throw error
      outcomes.push({
        distanceM: Number.NaN,
        settledSpeedMPerS: null,
        interventions,
        fault: error.code,
      })
    }
  }
  return outcomes
}

/**
 * Whether the arm, its bus or the mechanics that emulate it ended the run: no mistake of who asked for it, which every
 * episode would repeat.
 */
function isFault(error: unknown): error is CodedError {
  return error instanceof CodedError && (error.exitCode > 2 || error.code === 'SIM_DIVERGED')
}

/** For one run after the other, each on a clock of its own: their times in the recording follow each other. */
function recordTaps(
  { arm }: TaskActor,
  { config, sinks = [] }: TwinEvaluation,
): ((driver: ArmDriver) => LoopTap) | undefined {
  if (sinks.length === 0) return undefined
  let lastS = Date.now() / 1000 - PAUSE_S
  const clock: MessageSink = {
    write(messages) {
      lastS = messages.at(-1)?.epochS ?? lastS
    },
  }
  return ({ jointNames }) =>
    createRecordTap({
      sinks: [clock, ...sinks],
      jointNames,
      epochOffsetS: lastS + PAUSE_S,
      frame: baseFrameOf(config),
      robotDescription: writeUrdf(arm),
    })
}

/** Interventions are counted over a whole run: they are booked on its last episode. */
function addInterventions(
  outcomes: EpisodeOutcome[],
  interventions: Readonly<Record<string, number>>,
): void {
  const last = outcomes.pop()
  if (last !== undefined) outcomes.push({ ...last, interventions })
}
