import { CodedError } from '../../configs/load/coded-error.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { type EvaluationResult, summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { loadReality } from '../../sim/world/reality.node.ts'
import type { MessageSink } from '../recording/topics.ts'
import { parseSensorUri } from '../streams/sensor-uri.ts'
import type { Stream } from '../streams/stream.ts'
import type { ControlLoop } from './control-loop.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { DeploymentReport } from './deployment.node.ts'
import type { Hand } from './hand.ts'
import { combineTaps, type LoopTap } from './loop-tap.ts'
import { outcomeOf, type RefereeVerdict } from './referee.ts'
import { runSerialDeployment } from './serial-deployment.node.ts'
import { stoppedFromOutside } from './stop-errors.ts'
import type { TaskActor } from './task-actor.ts'
import { startTwinChild } from './twin-child.node.ts'
import { twinTask } from './twin-task.ts'

/** The loop judges by itself too, about when the referee does: so long its last verdict is waited for [ms]. */
const LAST_VERDICT_MS = 3000

export interface RealTimeEvaluation {
  /** Name, file or random:SEED. */
  readonly reality: string
  readonly config: DeployConfig
  readonly episodes: number
  readonly seed: number
  readonly thresholdsM: readonly number[]
  readonly signal: AbortSignal
  readonly onProgress?: (episodesDone: number, verdict: RefereeVerdict) => void
  readonly onStarted?: () => void
  /** Get all that the loop does; their owner closes them. */
  readonly sinks?: readonly MessageSink[]
  /** Where the network asks for a stop. */
  readonly incoming?: readonly Stream[]
  /** May take the arm from the policy. */
  readonly hand?: Hand
  /** Made once the loop is there. */
  readonly createTap?: (loop: ControlLoop) => LoopTap
}

export interface RealTimeResult extends EvaluationResult {
  readonly loop: DeploymentReport['timing']['loop']
  readonly inference: DeploymentReport['timing']['inference']
}

/** Throws BRIDGE_USAGE or CONFIG_UNKNOWN_NAME for what the emulated arm would refuse, before there is one. */
export function checkEmulation({ arm, task }: TaskActor, reality: string): void {
  if (arm.bus === undefined) {
    throw new CodedError('BRIDGE_USAGE', `${arm.name} has no servo bus to be emulated`, {
      hint: 'sim2arm twin and sim2arm deploy with --driver ros, where ROS 2 is sourced',
    })
  }
  twinTask(task, arm.name)
  loadReality(reality)
}

/**
 * Plays episodes in real time: the emulated arm in a process of its own behind a serial device, its
 * sensors over a WebSocket, and this process as the controller.
 */
export async function evaluateInRealTime(
  actor: TaskActor,
  options: RealTimeEvaluation,
): Promise<RealTimeResult> {
  checkEmulation(actor, options.reality)
  const outcomes: EpisodeOutcome[] = []
  const ending = new AbortController()
  const signal = AbortSignal.any([options.signal, ending.signal])
  const own = new OwnVerdicts()
  const twin = await startTwinChild({
    arm: actor.sources.arm,
    reality: options.reality,
    task: actor.sources.task,
    episodes: options.episodes,
    seed: options.seed,
    signal: options.signal,
    onVerdict: (verdict) => {
      outcomes.push(outcomeOf(verdict))
      options.onProgress?.(outcomes.length, verdict)
    },
  })
  twin.judged.then(
    async () => {
      await own.reach(outcomes.length)
      ending.abort()
    },
    () => ending.abort(),
  )
  try {
    const at = (topic: string) => parseSensorUri(`rosbridge://${twin.stream}${topic}`)
    const report = await runSerialDeployment({
      actor,
      config: options.config,
      calibration: nominalCalibration(actor.arm),
      port: twin.port,
      object: at('/object/pose'),
      goal: at('/goal/pose'),
      episodes: undefined,
      speed: 1,
      isShadow: false,
      seed: options.seed,
      signal,
      ...(options.sinks && { sinks: options.sinks }),
      ...(options.incoming && { incoming: options.incoming }),
      ...(options.hand && { hand: options.hand }),
      createTap: (loop) =>
        combineTaps([own, ...(options.createTap ? [options.createTap(loop)] : [])]),
      ...(options.onStarted && { onStarted: options.onStarted }),
    })
    if (report.end === 'emergencyStop') throw stoppedFromOutside()
    if (!options.signal.aborted) await twin.judged
    const result = summariseEpisodes(outcomes, {
      thresholdsM: options.thresholdsM,
      settledSpeedMPerS: actor.task.success.settledSpeedMPerS,
    })
    return { ...result, ...report.timing, interventions: report.interventions }
  } finally {
    await twin.stop()
  }
}

/** Counts the episodes that a loop has judged, so that none is missing in what records it. */
class OwnVerdicts implements LoopTap {
  #count = 0
  #onJudged = (): void => {}

  policyStep(): void {}

  episode(): void {
    this.#count++
    this.#onJudged()
  }

  /** Resolves when there are `count`, or when none came for so long that none will. */
  reach(count: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAST_VERDICT_MS)
      this.#onJudged = () => {
        if (this.#count < count) return
        clearTimeout(timer)
        resolve()
      }
      this.#onJudged()
    })
  }
}
