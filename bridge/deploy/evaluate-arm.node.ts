import { CodedError } from '../../configs/load/coded-error.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { type EvaluationResult, summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { nominalPhysics } from '../../sim/randomization/draw-physics.ts'
import { countedDistanceM } from '../../sim/tasks/task.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { DeploymentReport } from './deployment.node.ts'
import type { EpisodeResult } from './episode-judge.ts'
import { ProvenCalibration } from './proven-calibration.node.ts'
import { runSerialDeployment, type SerialDeploymentOptions } from './serial-deployment.node.ts'
import { createStaging, EPISODE_STREAM } from './staging.ts'
import type { TaskActor } from './task-actor.ts'

export interface ArmEvaluation {
  readonly config: DeployConfig
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
  readonly object: SensorUri
  /** As of any deployment. */
  readonly further?: Pick<SerialDeploymentOptions, 'joints' | 'gripper' | 'stop'>
  /**
   * Of whoever sets up the episodes and announces them there; left out: they are drawn here, as the twin's are, and
   * `place` has the object put where it begins.
   */
  readonly goal?: SensorUri
  /** Resolves when something lies at x, y in the base frame [m], and nobody's hand is there any more. */
  readonly place: (episode: number, what: string, x: number, y: number) => Promise<void>
  readonly episodes: number
  readonly seed: number
  readonly thresholdsM: readonly number[]
  readonly signal: AbortSignal
  readonly onProgress?: (episodesDone: number) => void
}

/**
 * The exam on an arm at a serial port: judged by its object sensor at the end of each episode. An episode that safety
 * ends has failed; whatever else goes wrong ends the exam. Between the episodes the arm holds, torque on.
 */
export async function evaluateOnArm(
  actor: TaskActor,
  options: ArmEvaluation,
): Promise<EvaluationResult> {
  const outcomes = options.goal ? await announced(actor, options) : await drawn(actor, options)
  return summariseEpisodes(outcomes, {
    thresholdsM: options.thresholdsM,
    settledSpeedMPerS: actor.task.success.settledSpeedMPerS,
  })
}

/** In one run, episode by episode as somebody else announces them. */
async function announced(actor: TaskActor, options: ArmEvaluation): Promise<EpisodeOutcome[]> {
  const { episodes, goal, onProgress } = options
  let numDone = 0
  const report = await deployed(actor, options, {
    ...{ goal: goal!, episodes },
    createTap: () => ({
      policyStep() {},
      episode: () => onProgress?.(++numDone),
    }),
  })
  return report.episodes.map((result, k) =>
    // What safety did it did in the whole run.
    outcomeOf(distanceOf(result), k === 0 ? report.interventions : {}),
  )
}

/** In a run for each episode, the object put by hand before it. */
async function drawn(actor: TaskActor, options: ArmEvaluation): Promise<EpisodeOutcome[]> {
  const staging = createStaging(actor.task, actor.arm)
  const physics = nominalPhysics(actor.model, actor.onArm)
  const kinematics = new ArmKinematics(actor.model)
  kinematics.forward(actor.model.restPose)
  const outcomes: EpisodeOutcome[] = []
  for (let episode = 0; episode < options.episodes && !options.signal.aborted; episode++) {
    const stream = new RandomStream(options.seed, episode, EPISODE_STREAM)
    const { goal, objects } = staging.draw(stream, { physics, state: kinematics })
    for (const [k, { position }] of objects.entries()) {
      const what = objects.length === 1 ? 'object' : actor.onArm.objects[k]!.name
      await options.place(episode, what, position[0]!, position[1]!)
    }
    try {
      const report = await deployed(actor, options, { goal: Array.from(goal), episodes: 1 })
      const [result] = report.episodes
      if (result !== undefined) {
        outcomes.push(outcomeOf(distanceOf(result), report.interventions))
      }
    } catch (error) {
      const isStop = error instanceof CodedError && error.code === 'ROBOT_SAFETY_STOP'
      if (!isStop) throw error
      outcomes.push({ ...outcomeOf(Number.NaN, {}), fault: error.code })
    }
    options.onProgress?.(outcomes.length)
  }
  return outcomes
}

const distanceOf = ({ finalDistanceM, isMet }: EpisodeResult): number =>
  countedDistanceM({ distanceM: finalDistanceM, isMet })

const outcomeOf = (
  distanceM: number,
  interventions: EpisodeOutcome['interventions'],
): EpisodeOutcome => ({ distanceM, settledSpeedMPerS: null, interventions, fault: null })

function deployed(
  actor: TaskActor,
  { calibration, config, further, object, port, seed, signal }: ArmEvaluation,
  episodes: Pick<SerialDeploymentOptions, 'goal' | 'episodes' | 'createTap'>,
): Promise<DeploymentReport> {
  const proven = new ProvenCalibration(calibration.origin, actor.arm.name, calibration)
  return runSerialDeployment({
    ...(!proven.isProven && { firstRun: { onProven: () => void proven.remember() } }),
    ...{ actor, calibration, config, object, port, seed, signal, ...further, ...episodes },
    speed: 1,
    isShadow: false,
    isGuarded: true,
  })
}
