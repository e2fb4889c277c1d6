import { CodedError } from '../../configs/load/coded-error.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { type EvaluationResult, summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { nominalPhysics } from '../../sim/randomization/draw-physics.ts'
import { countedDistanceM } from '../../sim/tasks/task.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import type { ControlLoop, LoopReport } from './control-loop.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { EpisodeResult } from './episode-judge.ts'
import type { LoopTap } from './loop-tap.ts'
import { ProvenCalibration } from './proven-calibration.node.ts'
import { runSerialDeployment, type SerialDeploymentOptions } from './serial-deployment.node.ts'
import { createStaging, EPISODE_STREAM } from './staging.ts'
import { stoppedFromOutside } from './stop-errors.ts'
import type { TaskActor } from './task-actor.ts'

export interface ArmEvaluation {
  readonly config: DeployConfig
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
  readonly object: SensorUri
  /** As of any deployment. */
  readonly further?: Pick<
    SerialDeploymentOptions,
    'joints' | 'gripper' | 'stop' | 'objectSensor' | 'onCamera'
  >
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

/** Carries out one run of an exam. */
type Deploy = (options: SerialDeploymentOptions) => Promise<Pick<LoopReport, 'end'>>

interface Exam {
  readonly actor: TaskActor
  readonly options: ArmEvaluation
  readonly deploy: Deploy
  /** Of the runs that are over. */
  readonly outcomes: EpisodeOutcome[]
}

/**
 * The exam on an arm at a serial port: judged by its object sensor at the end of each episode. An episode that safety
 * ends has failed; whatever else goes wrong ends the exam, and so does an emergency stop. Between the episodes the arm
 * holds, torque on.
 */
export async function evaluateOnArm(
  actor: TaskActor,
  options: ArmEvaluation,
  deploy: Deploy = runSerialDeployment,
): Promise<EvaluationResult> {
  const exam: Exam = { actor, options, deploy, outcomes: [] }
  await (options.goal ? announced(exam, options.goal) : drawn(exam))
  return summariseEpisodes(exam.outcomes, {
    thresholdsM: options.thresholdsM,
    settledSpeedMPerS: actor.task.success.settledSpeedMPerS,
  })
}

/**
 * Episode by episode as somebody else announces them, in one run: where safety ends an episode, that is the last. Nobody
 * stands by who could let the arm go on.
 */
async function announced(exam: Exam, goal: SensorUri): Promise<void> {
  await play(exam, goal, exam.options.episodes)
}

/** In a run for each episode, the object put by hand before it. */
async function drawn(exam: Exam): Promise<void> {
  const { actor, options } = exam
  const staging = createStaging(actor.task, actor.arm)
  const physics = nominalPhysics(actor.model, actor.onArm)
  const kinematics = new ArmKinematics(actor.model)
  kinematics.forward(actor.model.restPose)
  for (let episode = 0; episode < options.episodes && !options.signal.aborted; episode++) {
    const stream = new RandomStream(options.seed, episode, EPISODE_STREAM)
    const { goal, objects } = staging.draw(stream, { physics, state: kinematics })
    for (const [k, { position }] of objects.entries()) {
      const what = objects.length === 1 ? 'object' : actor.onArm.objects[k]!.name
      await options.place(episode, what, position[0]!, position[1]!)
    }
    await play(exam, Array.from(goal), 1)
  }
}

/** One run. */
async function play(
  { actor, deploy, options, outcomes }: Exam,
  goal: SerialDeploymentOptions['goal'],
  episodes: number,
): Promise<void> {
  const played: EpisodeOutcome[] = []
  const add = (outcome: EpisodeOutcome): void => {
    played.push(outcome)
    options.onProgress?.(outcomes.length + played.length)
  }
  let interventions: EpisodeOutcome['interventions'] = {}
  const createTap = (loop: ControlLoop): LoopTap => {
    interventions = loop.port.filter.interventions
    return {
      policyStep() {},
      episode: (result) => add(outcomeOf(distanceOf(result))),
    }
  }
  let end: LoopReport['end'] | undefined
  try {
    const report = await deploy({ ...deploymentOf(actor, options), goal, episodes, createTap })
    end = report.end
  } catch (error) {
    const isStop = error instanceof CodedError && error.code === 'ROBOT_SAFETY_STOP'
    if (!isStop) throw error
    // After the last one it may have been on its way back.
    if (played.length < episodes) add({ ...outcomeOf(Number.NaN), fault: 'ROBOT_SAFETY_STOP' })
  }
  if (end === 'emergencyStop') throw stoppedFromOutside()
  // What safety did it did in the whole run.
  outcomes.push(...played.map((each, k) => (k === 0 ? { ...each, interventions } : each)))
}

const distanceOf = ({ finalDistanceM, isMet }: EpisodeResult): number =>
  countedDistanceM({ distanceM: finalDistanceM, isMet })

const outcomeOf = (distanceM: number): EpisodeOutcome => ({
  distanceM,
  settledSpeedMPerS: null,
  interventions: {},
  fault: null,
})

function deploymentOf(
  actor: TaskActor,
  { calibration, config, further, object, port, seed, signal }: ArmEvaluation,
): Omit<SerialDeploymentOptions, 'goal' | 'episodes'> {
  const proven = new ProvenCalibration(calibration.origin, actor.arm.name, calibration)
  return {
    ...(!proven.isProven && { firstRun: { onProven: () => void proven.remember() } }),
    ...{ actor, calibration, config, object, port, seed, signal, ...further },
    speed: 1,
    isShadow: false,
    isGuarded: true,
  }
}
