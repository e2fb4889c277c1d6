import { type ControlSpec, createControlSpec, observationSize } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { RandomStream } from '../../robot/model/random.ts'
import type { Engine, Start } from '../engines/engine.ts'
import { createSampler, type Sampler } from '../randomization/draw.ts'
import { drawPhysics } from '../randomization/draw-physics.ts'
import type { Randomization } from '../randomization/randomization.schema.ts'
import type { PushOnArm, PushTask } from '../tasks/push.schema.ts'
import { PushArea } from '../tasks/push-area.ts'
import {
  type PushDistances,
  type PushTerms,
  pushDistances,
  pushReward,
  pushTerms,
} from '../tasks/push-rewards.ts'
import { PushArm } from './push-arm.ts'
import { criticSize, writeCritic } from './push-critic.ts'
import { createStartPlacer, type StartPlacer } from './push-start.ts'
import type { ResetOptions, VecEnv } from './vec-env.ts'

/** Streams of one episode: what is drawn, and what happens while it runs. */
const DRAW_STREAM = 0
const START_STREAM = 1
const NOISE_STREAM = 2

export interface PushEnvOptions {
  readonly model: ArmModel
  readonly task: PushTask
  readonly randomization: Randomization
  readonly engine: Engine
}

/** Pushing, as a batch of environments over any engine. The engine belongs to the environment. */
export class PushEnv implements VecEnv {
  readonly numEnvs: number
  readonly observationSize: number
  readonly criticSize: number
  readonly actionSize = 3
  readonly episodeSteps: number
  readonly observation: Float32Array
  readonly critic: Float32Array
  readonly reward: Float32Array
  readonly distanceM: Float32Array
  readonly objectSpeedMPerS: Float32Array
  readonly spec: ControlSpec
  readonly arms: readonly PushArm[]
  /** Named reward terms of the last step, one record per arm. */
  readonly terms: readonly PushTerms[]

  private readonly model: ArmModel
  private readonly task: PushTask
  private readonly onArm: PushOnArm
  private readonly engine: Engine
  private readonly sampler: Sampler
  private readonly area: PushArea
  private readonly placer: StartPlacer
  private readonly distances: readonly PushDistances[]
  private readonly after: PushDistances = { goalM: 0, behindM: 0 }
  private readonly substeps: number
  private readonly periodS: number
  private readonly settleSteps: number
  /** Object places of the last policy steps [settleSteps + 1, numEnvs, 2]. */
  private readonly trail: Float64Array
  private readonly starts: RandomStream[]
  private timeS = 0
  private stepIndex = 0

  constructor(options: PushEnvOptions) {
    const { model, task, engine } = options
    this.model = model
    this.task = task
    this.engine = engine
    this.numEnvs = engine.count
    this.onArm = pushOnArm(task, model.name)
    this.spec = createControlSpec(model, this.onArm.control)
    this.sampler = createSampler(options.randomization, model, this.onArm)
    this.area = new PushArea(model, this.onArm)
    this.placer = createStartPlacer(model, this.onArm)
    this.periodS = 1 / this.onArm.control.policyRateHz
    this.substeps = Math.round(this.periodS / engine.timestepS)
    this.episodeSteps = Math.round(this.onArm.episodeS / this.periodS)
    this.observationSize = observationSize(this.spec)
    this.criticSize = criticSize(model.numJoints, this.sampler.numCoordinates)
    this.settleSteps = Math.max(1, Math.round(task.success.settledWindowS / this.periodS))
    const n = this.numEnvs
    this.observation = new Float32Array(n * this.observationSize)
    this.critic = new Float32Array(n * this.criticSize)
    this.reward = new Float32Array(n)
    this.distanceM = new Float32Array(n)
    this.objectSpeedMPerS = new Float32Array(n)
    this.trail = new Float64Array((this.settleSteps + 1) * n * 2)
    this.distances = Array.from({ length: n }, () => ({ goalM: 0, behindM: 0 }))
    this.terms = Array.from({ length: n }, () => emptyTerms())
    this.starts = Array.from({ length: n }, () => new RandomStream(0))
    this.arms = Array.from(
      { length: n },
      () => new PushArm(model, this.onArm, this.sampler.createDraw(), new RandomStream(0)),
    )
  }

  reset({ seed, episode, width }: ResetOptions): void {
    this.timeS = 0
    this.stepIndex = 0
    const start: Start = {
      q: new Float64Array(this.model.numJoints),
      objectXM: 0,
      objectYM: 0,
      objectYawRad: 0,
    }
    for (let k = 0; k < this.numEnvs; k++) {
      const arm = this.arms[k]!
      const number = episode + k
      this.sampler.sample(new RandomStream(seed, number, DRAW_STREAM), width, arm.draw)
      drawPhysics(arm.draw, this.model, this.onArm, arm.physics)
      const stream = new RandomStream(seed, number, START_STREAM)
      this.starts[k] = stream
      const placed = this.placer.place(stream, this.area, arm.draw, arm.goal, start.q)
      this.engine.reset(k, arm.physics, { ...start, ...placed })
      const noise = new RandomStream(seed, number, NOISE_STREAM)
      arm.reset(this.engine.state(k), 0, noise)
      this.measureDistances(k, this.distances[k]!)
    }
    this.reward.fill(0)
    this.finishStep(true)
  }

  newGoal(): void {
    this.stepIndex = 0
    for (let k = 0; k < this.numEnvs; k++) {
      const p = this.engine.state(k).objectPosition
      const arm = this.arms[k]!
      this.area.sample(this.starts[k]!, p[0]!, p[1]!, this.onArm.startGoalDistanceM, arm.goal)
      this.measureDistances(k, this.distances[k]!)
    }
    this.finishStep(true)
  }

  step(actions: Float32Array): void {
    const { engine, arms, numEnvs } = this
    const dt = engine.timestepS
    for (let k = 0; k < numEnvs; k++) arms[k]!.command(actions, 3 * k, this.timeS)
    for (let u = 1; u <= this.substeps; u++) {
      const time = this.timeS + u * dt
      for (let k = 0; k < numEnvs; k++) {
        const arm = arms[k]!
        arm.updateTarget(time, dt)
        engine.setTarget(k, arm.target)
      }
      engine.step()
      for (let k = 0; k < numEnvs; k++) arms[k]!.sense(engine.state(k), time)
    }
    this.timeS += this.periodS
    this.stepIndex++
    for (let k = 0; k < numEnvs; k++) {
      arms[k]!.observe(engine.state(k), this.timeS)
      this.rewardOf(k)
    }
    this.finishStep(false)
  }

  /** Time since the episode or goal began [s]. */
  get episodeTimeS(): number {
    return this.stepIndex * this.periodS
  }

  dispose(): void {
    this.engine.dispose()
  }

  private rewardOf(k: number): void {
    const before = this.distances[k]!
    const terms = this.terms[k]!
    this.measureDistances(k, this.after)
    const action = this.arms[k]!.controller.previousAction
    const effort = action[0]! ** 2 + action[1]! ** 2 + action[2]! ** 2
    const isLast = this.stepIndex === this.episodeSteps
    const threshold = this.task.success.mainThresholdM
    pushTerms(before, this.after, effort, isLast, threshold, terms)
    this.reward[k] = pushReward(terms, this.task.rewards)
    before.goalM = this.after.goalM
    before.behindM = this.after.behindM
  }

  private measureDistances(k: number, out: PushDistances): void {
    const arm = this.arms[k]!
    const { object, table } = arm.physics
    pushDistances(
      this.engine.state(k),
      arm.goal,
      this.onArm,
      this.model.tool.tipRadiusM,
      object.radiusM,
      table.heightM,
      out,
    )
  }

  private finishStep(isFirst: boolean): void {
    const timeShare = this.stepIndex / this.episodeSteps
    for (let k = 0; k < this.numEnvs; k++) {
      const arm = this.arms[k]!
      const state = this.engine.state(k)
      this.distanceM[k] = this.distances[k]!.goalM
      this.recordTrail(k, state.objectPosition, isFirst)
      arm.writeObservation(this.spec, this.observation, k * this.observationSize)
      writeCritic(arm, state, timeShare, this.critic, k * this.criticSize)
    }
  }

  private recordTrail(k: number, position: Float64Array, isFirst: boolean): void {
    const { trail, settleSteps, numEnvs } = this
    const rows = settleSteps + 1
    const now = this.stepIndex % rows
    const at = (row: number) => 2 * (row * numEnvs + k)
    for (let row = isFirst ? 0 : now; row < (isFirst ? rows : now + 1); row++) {
      trail[at(row)] = position[0]!
      trail[at(row) + 1] = position[1]!
    }
    let path = 0
    for (let back = 0; back < settleSteps; back++) {
      const a = at((now - back + rows) % rows)
      const b = at((now - back - 1 + 2 * rows) % rows)
      path += Math.hypot(trail[a]! - trail[b]!, trail[a + 1]! - trail[b + 1]!)
    }
    this.objectSpeedMPerS[k] = path / (settleSteps * this.periodS)
  }
}

/** The task's section for an arm. Throws with the arms it knows. */
export function pushOnArm(task: PushTask, arm: string): PushOnArm {
  const found = task.arms.find((entry) => entry.arm === arm)
  if (found !== undefined) return found
  throw new RangeError(
    `task ${task.name} knows no arm ${arm}; it knows ${task.arms.map((entry) => entry.arm).join(', ')}`,
  )
}

function emptyTerms(): PushTerms {
  return { progress: 0, approach: 0, inside: 0, precision: 0, effort: 0, success: 0 }
}
