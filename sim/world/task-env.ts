import { type ControlSpec, createControlSpec, observationSize } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { type ArmState, createObjectState, type Engine, type Start } from '../engines/engine.ts'
import { createSampler, type Sampler } from '../randomization/draw.ts'
import { drawPhysics } from '../randomization/draw-physics.ts'
import { makeSensingPerfect } from '../randomization/perfect-sensing.ts'
import type { Randomization } from '../randomization/randomization.schema.ts'
import { taskDefinition, taskOnArm } from '../tasks/resolve-task.ts'
import type { TaskConfig, TaskOnArm } from '../tasks/task.schema.ts'
import type { Task } from '../tasks/task.ts'
import { weightedReward } from '../tasks/weighted-reward.ts'
import { ControlledArm } from './controlled-arm.ts'
import { criticSize, writeCritic } from './critic-input.ts'
import { SettlingTrail } from './settling-trail.ts'
import type { ResetOptions, VecEnv } from './vec-env.ts'

/** Streams of one episode: what is drawn, and what happens while it runs. */
const DRAW_STREAM = 0
const START_STREAM = 1
const NOISE_STREAM = 2

export interface TaskEnvOptions {
  readonly model: ArmModel
  readonly task: TaskConfig
  readonly randomization: Randomization
  readonly engine: Engine
  /** Encoders and object sensors without error or delay: what is possible at all in the drawn physics. */
  readonly hasPerfectSensing?: boolean
}

/** A task, as a batch of environments over any engine. The engine belongs to the environment. */
export class TaskEnv implements VecEnv {
  readonly numEnvs: number
  readonly observationSize: number
  readonly criticSize: number
  readonly actionSize: number
  readonly episodeSteps: number
  readonly observation: Float32Array
  readonly critic: Float32Array
  readonly reward: Float32Array
  readonly distanceM: Float32Array
  readonly objectSpeedMPerS: Float32Array
  readonly randomized: readonly string[]
  readonly pinned: Int32Array
  readonly spec: ControlSpec
  readonly arms: readonly ControlledArm[]
  /** Names of the reward terms, in the order of `Task.terms`. */
  readonly termNames: readonly string[]
  /** What each arm plays; its terms are those of the last step. */
  readonly tasks: readonly Task[]

  private readonly model: ArmModel
  private readonly onArm: TaskOnArm
  private readonly engine: Engine
  private readonly sampler: Sampler
  private readonly hasPerfectSensing: boolean
  private readonly weights: Float64Array
  private readonly substeps: number
  private readonly periodS: number
  private readonly trail: SettlingTrail
  private readonly starts: RandomStream[]
  private timeS = 0
  private stepIndex = 0

  constructor(options: TaskEnvOptions) {
    const { model, task, engine } = options
    this.model = model
    this.engine = engine
    this.numEnvs = engine.count
    const definition = taskDefinition(task)
    this.onArm = taskOnArm(task, model.name)
    this.termNames = Object.keys(definition.terms)
    this.weights = Float64Array.from(this.termNames, (name) => task.rewards[name] ?? 0)
    this.spec = createControlSpec(model, this.onArm.control)
    this.actionSize = this.spec.actionNames.length
    this.sampler = createSampler(options.randomization, model, this.onArm, task.name)
    this.hasPerfectSensing = options.hasPerfectSensing ?? false
    this.randomized = this.sampler.parameters
    this.pinned = new Int32Array(engine.count)
    this.periodS = 1 / this.onArm.control.policyRateHz
    this.substeps = Math.round(this.periodS / engine.timestepS)
    this.episodeSteps = Math.round(this.onArm.episodeS / this.periodS)
    this.observationSize = observationSize(this.spec)
    const n = this.numEnvs
    this.arms = Array.from(
      { length: n },
      () => new ControlledArm(model, this.onArm, this.sampler.createDraw(), new RandomStream(0)),
    )
    const thresholdM = task.success.mainThresholdM
    const createTask = definition.prepare({ model, onArm: this.onArm, thresholdM })
    this.tasks = this.arms.map(() => createTask())
    this.criticSize = criticSize(this.arms[0]!, this.onArm.objects.length, this.tasks[0]!)
    this.observation = new Float32Array(n * this.observationSize)
    this.critic = new Float32Array(n * this.criticSize)
    this.reward = new Float32Array(n)
    this.distanceM = new Float32Array(n)
    this.objectSpeedMPerS = new Float32Array(n)
    this.trail = new SettlingTrail(n, this.periodS, task.success.settledWindowS)
    this.starts = Array.from({ length: n }, () => new RandomStream(0))
  }

  reset({ seed, episode, width, ease }: ResetOptions): void {
    this.timeS = 0
    this.stepIndex = 0
    const start: Start = {
      q: new Float64Array(this.model.numJoints),
      objects: this.onArm.objects.map(createObjectState),
    }
    for (let k = 0; k < this.numEnvs; k++) {
      const arm = this.arms[k]!
      const task = this.tasks[k]!
      const number = episode + k
      this.sampler.sample(new RandomStream(seed, number, DRAW_STREAM), width, arm.draw)
      this.pinned[k] = arm.draw.pinned
      if (this.hasPerfectSensing) makeSensingPerfect(arm.draw.values)
      drawPhysics(arm.draw, this.model, this.onArm, arm.physics)
      if (ease !== undefined) scale(arm.physics.gravity, ease.gravity)
      const stream = new RandomStream(seed, number, START_STREAM)
      this.starts[k] = stream
      task.begin(stream, arm.physics, arm.draw.values.zeroOffsetRad, start)
      this.engine.reset(k, arm.physics, start)
      const state = this.engine.state(k)
      arm.reset(state, 0, new RandomStream(seed, number, NOISE_STREAM))
      if (ease !== undefined && ease.goalDistance < 1)
        task.bringGoalNearer?.(ease.goalDistance, state)
      task.look(state, arm.physics)
    }
    this.reward.fill(0)
    this.finishStep(true)
  }

  newGoal(): void {
    this.stepIndex = 0
    for (let k = 0; k < this.numEnvs; k++) {
      const state = this.engine.state(k)
      const task = this.tasks[k]!
      task.newGoal(this.starts[k]!, state)
      task.look(state, this.arms[k]!.physics)
    }
    this.finishStep(true)
  }

  step(actions: Float32Array): void {
    const { engine, arms, numEnvs, actionSize } = this
    const dt = engine.timestepS
    for (let k = 0; k < numEnvs; k++) {
      const arm = arms[k]!
      arm.command(actions, actionSize * k, this.timeS)
      const disturbance = arm.push()
      if (disturbance !== undefined) engine.disturb(k, disturbance)
    }
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

  /** Truth about one arm and its objects, live. */
  stateOf(index: number): ArmState {
    return this.engine.state(index)
  }

  /** Time since the episode or goal began [s]. */
  get episodeTimeS(): number {
    return this.stepIndex * this.periodS
  }

  dispose(): void {
    this.engine.dispose()
  }

  private rewardOf(k: number): void {
    const { physics, controller } = this.arms[k]!
    const task = this.tasks[k]!
    const isLast = this.stepIndex === this.episodeSteps
    task.reward(this.engine.state(k), physics, controller.previousAction, isLast)
    this.reward[k] = weightedReward(task.terms, this.weights)
  }

  private finishStep(isFirst: boolean): void {
    const timeShare = this.stepIndex / this.episodeSteps
    for (let k = 0; k < this.numEnvs; k++) {
      const arm = this.arms[k]!
      const task = this.tasks[k]!
      const { distanceM, isMet, point } = task.outcome
      this.distanceM[k] = isMet ? distanceM : Number.POSITIVE_INFINITY
      this.objectSpeedMPerS[k] = isFirst ? this.trail.begin(k, point) : this.trail.add(k, point)
      arm.writeObservation(this.spec, task.goal, this.observation, k * this.observationSize)
      writeCritic(arm, task, this.engine.state(k), timeShare, this.critic, k * this.criticSize)
    }
  }
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = factor * values[i]!
}
