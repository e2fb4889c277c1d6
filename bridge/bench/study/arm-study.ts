import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import type { PushOnArm } from '../../../sim/tasks/push.ts'
import type { Reality } from '../../../sim/world/reality.ts'
import type { ReplayResponse } from './best-shift.ts'
import { measureDeadBand } from './dead-band.ts'
import { LED_LEANING, LED_TIPPING, measureHandLed } from './hand-led.ts'
import { type JointRig, moveTo } from './joint-rig.ts'
import { measureReach, type ReachRow } from './reach.ts'
import { measureSag, type SagRow } from './sag.ts'
import { poseWithLean } from './study-poses.ts'
import {
  measureTopSpeed,
  type SpeedResult,
  swingOf,
  type TorqueSpeedRow,
  torqueSpeed,
} from './top-speed.ts'
import {
  measureReplay,
  measureSine,
  measureStep,
  type SineResponse,
  type StepResponse,
} from './tracking.ts'
import { createTrainingRig } from './training-rig.ts'
import { createTwinRig } from './twin-rig.ts'

export interface JointStudy {
  readonly joint: string
  /** At 0.3 and 1 Hz. */
  readonly sines: readonly SineResponse[]
  readonly step: StepResponse
  readonly replay: ReplayResponse
  readonly deadBandRad: number
}

export interface ModelStudy {
  readonly model: string
  readonly sag: readonly SagRow[]
  readonly joints: readonly JointStudy[]
  /** Led through a pick and a place, one response per joint. */
  readonly handLed: readonly ReplayResponse[]
  /** The same with a tool that leans. */
  readonly handLedLeaning: readonly ReplayResponse[]
  /** And that is tipped up while it carries. */
  readonly handLedTipping: readonly ReplayResponse[]
  readonly speed: SpeedResult
}

export interface ArmStudy {
  readonly arm: string
  /** Between their limits, joint by joint [rad]. */
  readonly rangeRad: readonly number[]
  readonly reachHeightM: number
  readonly reach: readonly ReachRow[]
  readonly torqueSpeed: readonly TorqueSpeedRow[]
  readonly models: readonly ModelStudy[]
}

export interface ArmStudyOptions {
  readonly arm: ArmDescription
  readonly task: PushOnArm
  readonly realities: readonly Reality[]
  readonly signal: AbortSignal
  readonly onModel?: (name: string) => void
}

const REACH_HEIGHT_M = 0.02
const LEANS_DEG = [0, 10, 30, 45, 60]
const SAG_SHARES = [0, 0.25, 0.5, 0.75, 1]
const SINES_HZ = [0.3, 1]
const SINE_AMPLITUDE_RAD = 0.3
const REPLAY_AMPLITUDE_RAD = 0.4
const STEP_RAD = 0.5
const SPEEDS_RAD_PER_S = [0, 1, 2, 3, 4, 5]

/**
 * How an arm behaves where pushing happens, in the model that policies train in and in emulated arms: reach,
 * sag, lag, speed, dead band. Everything is on virtual time: the same call gives the same numbers. Throws
 * ROBOT_ARM_INVALID for an arm without a servo bus.
 */
export async function studyArm(options: ArmStudyOptions): Promise<ArmStudy> {
  const { arm, task, realities, onModel } = options
  const model = compileArm(arm)
  // Refuses an arm without a servo bus before anything is measured.
  twinServosOf(arm)
  const makers: (() => Promise<JointRig>)[] = [
    async () => createTrainingRig(model),
    ...realities.map((reality) => () => createTwinRig(arm, model, reality)),
  ]
  const models: ModelStudy[] = []
  for (const make of makers) {
    const rig = await make()
    try {
      onModel?.(rig.name)
      models.push(await studyRig(rig, model, task, options.signal))
    } finally {
      rig.dispose()
    }
  }
  return {
    arm: arm.name,
    rangeRad: Array.from(model.upper, (upper, i) => upper - model.lower[i]!),
    reachHeightM: REACH_HEIGHT_M,
    reach: measureReach(
      model,
      REACH_HEIGHT_M,
      LEANS_DEG.map((deg) => (deg * Math.PI) / 180),
    ),
    torqueSpeed: torqueSpeed(arm, model, SPEEDS_RAD_PER_S),
    models,
  }
}

async function studyRig(
  rig: JointRig,
  model: ArmModel,
  task: PushOnArm,
  signal: AbortSignal,
): Promise<ModelStudy> {
  const pose = studyPose(model, task)
  const [near, far] = task.area.xM
  const sag = await measureSag(
    rig,
    model,
    task,
    SAG_SHARES.map((share) => near + share * (far - near)),
  )
  await moveTo(rig, Float64Array.from(rig.position), pose, 0.8, 0.5)
  const joints: JointStudy[] = []
  for (let joint = 0; joint < model.numJoints; joint++) {
    signal.throwIfAborted()
    joints.push(await studyJoint(rig, model, pose, joint))
  }
  const handLed = await measureHandLed(rig, model, task)
  const handLedLeaning = await measureHandLed(rig, model, task, LED_LEANING)
  const handLedTipping = await measureHandLed(rig, model, task, LED_TIPPING)
  await moveTo(rig, Float64Array.from(rig.position), pose, 0.8, 0.5)
  const speed = await measureTopSpeed(rig, model, pose)
  return { model: rig.name, sag, joints, handLed, handLedLeaning, handLedTipping, speed }
}

async function studyJoint(
  rig: JointRig,
  model: ArmModel,
  studied: Float64Array,
  joint: number,
): Promise<JointStudy> {
  const [low, high] = swingOf(model, studied, joint, 2 * REPLAY_AMPLITUDE_RAD)
  const centre = Float64Array.from(studied)
  centre[joint] = (low + high) / 2
  await moveTo(rig, studied, centre, 0.4, 0.3)
  const sines: SineResponse[] = []
  for (const hz of SINES_HZ) {
    sines.push(await measureSine(rig, centre, joint, hz, SINE_AMPLITUDE_RAD))
  }
  const replay = await measureReplay(rig, centre, joint, REPLAY_AMPLITUDE_RAD)
  const deadBandRad = await measureDeadBand(rig, centre, joint)
  const begin = Float64Array.from(centre)
  begin[joint] = centre[joint]! - STEP_RAD / 2
  await moveTo(rig, centre, begin, 0.4, 0.3)
  const step = await measureStep(rig, begin, joint, begin[joint]! + STEP_RAD)
  await moveTo(rig, begin, studied, 0.4, 0.3)
  return { joint: model.jointNames[joint]!, sines, step, replay, deadBandRad }
}

/** Middle of the task's area, tool a hand's breadth above the table and leaning, far from joint limits. */
function studyPose(model: ArmModel, task: PushOnArm): Float64Array {
  const [near, far] = task.area.xM
  const leanRad = task.control.action.lean.maxRad / 2
  return poseWithLean(model, (near + far) / 2, 2 * task.parameters.clearHeightM, leanRad)
}
