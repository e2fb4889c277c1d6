import { type ControlSpec, createControlSpec } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { type ArmState, createObjectState, type Engine, type Start } from '../engines/engine.ts'
import { checkLayout, type Snapshot } from '../engines/snapshot.ts'
import { createSampler, type RandomizedParameter, type Sampler } from '../randomization/draw.ts'
import { drawPhysics } from '../randomization/draw-physics.ts'
import { makeSensingPerfect } from '../randomization/perfect-sensing.ts'
import { writeCommonTerms } from '../tasks/common-terms.ts'
import { rewardTerms, taskDefinition, taskOnArm } from '../tasks/resolve-task.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { countedDistanceM, isSuccess, type Task } from '../tasks/task.ts'
import { weightedReward } from '../tasks/weighted-reward.ts'
import { advanceWorld, type Clockwork } from './advance-world.ts'
import { actionSpace, observationSpace } from './control-spaces.ts'
import { ControlledArm } from './controlled-arm.ts'
import { scaleInPlace } from './copy-values.ts'
import { criticSpace, writeCritic } from './critic-input.ts'
import type { EnvRecorder } from './env-recorder.ts'
import { createOracle, type Oracle } from './oracle.ts'
import { SettlingTrail } from './settling-trail.ts'
import type { Space } from './space.ts'
import { checkActions, checkReset, prepareTasks, voidDiverged } from './task-checks.ts'
import type { TaskEnvOptions } from './task-env-options.ts'
import {
  restoreParts,
  saveParts,
  shownBy,
  type TaskEnvParts,
  type TaskEnvSnapshot,
} from './task-env-snapshot.ts'
import type { ResetOptions, RestorableEnv } from './vec-env.ts'

/** Streams of one episode: what is drawn, and what happens while it runs. */
const DRAW_STREAM = 0
const START_STREAM = 1
const NOISE_STREAM = 2

/**
 * A task, as a batch of environments over any engine. The engine belongs to the environment.
 *
 * How an episode stands is told by three things that are never the same. `truncated`: its time is up, after
 * `episodeSteps`; what it would have earned later is unknown. `terminated`: it cannot go on, that arm's simulation
 * has diverged. And `newGoal`: nothing ended, the same world goes on. Success ends nothing: tasks ask for it at the end.
 */
export class TaskEnv implements RestorableEnv {
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
  readonly randomized: readonly RandomizedParameter[]
  /** What the randomization draws, in the order of a draw's coordinates. */
  readonly drawn: Sampler['drawn']
  readonly pinned: Int32Array
  readonly oracle?: Oracle
  readonly spec: ControlSpec
  readonly observationSpace: Space
  readonly actionSpace: Space
  /** Of `critic`. */
  readonly stateSpace: Space
  readonly arms: readonly ControlledArm[]
  /** Names of the reward terms: the task's own, then those that every task has. */
  readonly termNames: readonly string[]
  /** Unweighted reward terms of the last step [numEnvs, termNames]. */
  readonly terms: Float64Array
  /** 1 where the episode would count as a success if it ended now [numEnvs]. */
  readonly isSuccess: Uint8Array
  /** 1 where the episode cannot go on [numEnvs]. */
  readonly terminated: Uint8Array
  /** 1 where the episode's time is up and it was not terminated [numEnvs]. */
  readonly truncated: Uint8Array
  /** What each arm plays. */
  readonly tasks: readonly Task[]

  private readonly model: ArmModel
  private readonly onArm: TaskOnArm
  private readonly engine: Engine
  private readonly sampler: Sampler
  private readonly hasPerfectSensing: boolean
  private readonly weights: Float64Array
  private readonly thresholdM: number
  private readonly recorder: EnvRecorder | undefined
  private readonly clockwork: Clockwork
  private readonly periodS: number
  private readonly trail: SettlingTrail
  private readonly starts: RandomStream[]
  private readonly layout: string
  private timeS = 0
  private stepIndex = 0

  constructor(options: TaskEnvOptions) {
    const { model, task, engine } = options
    this.model = model
    this.engine = engine
    this.numEnvs = engine.count
    this.recorder = options.recorder
    const definition = options.definition ?? taskDefinition(task)
    this.onArm = taskOnArm(task, model.name, definition)
    this.termNames = rewardTerms(definition)
    this.weights = Float64Array.from(this.termNames, (name) => task.rewards[name] ?? 0)
    this.spec = createControlSpec(model, this.onArm.control)
    this.observationSpace = observationSpace(this.spec)
    this.actionSpace = actionSpace(this.spec)
    this.observationSize = this.observationSpace.size
    this.actionSize = this.actionSpace.size
    this.sampler = createSampler(options.randomization, model, this.onArm, task.name)
    this.hasPerfectSensing = options.hasPerfectSensing ?? false
    this.randomized = this.sampler.drawn.map(({ name, lowShare }) => ({ name, lowShare }))
    this.drawn = this.sampler.drawn
    this.pinned = new Int32Array(engine.count)
    this.periodS = 1 / this.onArm.control.policyRateHz
    this.episodeSteps = Math.round(this.onArm.episodeS / this.periodS)
    const n = this.numEnvs
    this.arms = Array.from(
      { length: n },
      () => new ControlledArm(model, this.onArm, this.sampler.createDraw(), new RandomStream(0)),
    )
    const substeps = Math.round(this.periodS / engine.timestepS)
    this.clockwork = { arms: this.arms, engine, substeps }
    this.thresholdM = task.success.mainThresholdM
    const { onArm, thresholdM, spec, drawn } = this
    this.tasks = prepareTasks(task.name, definition, { model, onArm, thresholdM }, n)
    this.stateSpace = criticSpace({ spec, objects: onArm.objects, task: this.tasks[0]!, drawn })
    this.criticSize = this.stateSpace.size
    this.observation = new Float32Array(n * this.observationSize)
    this.critic = new Float32Array(n * this.criticSize)
    this.reward = new Float32Array(n)
    this.terms = new Float64Array(n * this.termNames.length)
    this.isSuccess = new Uint8Array(n)
    this.terminated = new Uint8Array(n)
    this.truncated = new Uint8Array(n)
    this.distanceM = new Float32Array(n)
    this.objectSpeedMPerS = new Float32Array(n)
    this.trail = new SettlingTrail(n, this.periodS, task.success.settledWindowS)
    this.starts = Array.from({ length: n }, () => new RandomStream(0))
    const sizes = [this.observationSize, this.criticSize, this.actionSize].join(', ')
    const { createTeacher } = options
    if (createTeacher !== undefined) {
      const solve = () => createTeacher({ spec, onArm, model })
      this.oracle = createOracle(this, { model, createTeacher: solve, thresholdM })
    }
    this.layout = `${task.name} on ${n} ${model.name}, drawn from ${options.randomization.name}, sizes ${sizes}`
  }

  reset(options: ResetOptions): void {
    checkReset(options, this.numEnvs)
    const { seed, episode, episodes, width = 1, ease } = options
    this.timeS = 0
    this.stepIndex = 0
    const start: Start = {
      q: new Float64Array(this.model.numJoints),
      objects: this.onArm.objects.map(createObjectState),
    }
    for (let k = 0; k < this.numEnvs; k++) {
      const arm = this.arms[k]!
      const task = this.tasks[k]!
      const number = episodes?.[k] ?? episode + k
      this.sampler.sample(new RandomStream(seed, number, DRAW_STREAM), width, arm.draw)
      this.pinned[k] = arm.draw.pinned
      if (this.hasPerfectSensing) makeSensingPerfect(arm.draw.values)
      drawPhysics(arm.draw, this.model, this.onArm, arm.physics)
      if (ease !== undefined) scaleInPlace(arm.physics.gravity, ease.gravity)
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
    this.finishStep(true)
    this.recorder?.onReset?.(this, options)
  }

  newGoal(): void {
    this.stepIndex = 0
    for (let k = 0; k < this.numEnvs; k++) {
      const state = this.engine.state(k)
      const task = this.tasks[k]!
      const { physics } = this.arms[k]!
      task.newGoal(this.starts[k]!, state, physics)
      task.look(state, physics)
    }
    this.finishStep(true)
    this.recorder?.onNewGoal?.(this)
  }

  step(actions: Float32Array): void {
    const { engine, arms, numEnvs, actionSize } = this
    checkActions(actions, numEnvs * actionSize)
    for (let k = 0; k < numEnvs; k++) {
      const arm = arms[k]!
      arm.command(actions, actionSize * k, this.timeS)
      const disturbance = arm.push()
      if (disturbance !== undefined) engine.disturb(k, disturbance)
    }
    for (const world of engine.worlds) advanceWorld(world, this.clockwork, this.timeS)
    this.timeS += this.periodS
    this.stepIndex++
    for (let k = 0; k < numEnvs; k++) {
      arms[k]!.observe(engine.state(k), this.timeS)
      this.rewardOf(k)
    }
    this.finishStep(false)
    this.recorder?.onStep?.(this, actions)
  }

  /** Truth about one arm and its objects, live. */
  stateOf(index: number): ArmState {
    return this.engine.state(index)
  }

  /** Puts the objects of one arm elsewhere, as a hand does; the arm stays where it is, at rest. */
  place(index: number, objects: Start['objects']): void {
    const { physics } = this.arms[index]!
    this.engine.reset(index, physics, { q: this.stateOf(index).q.slice(), objects })
  }

  snapshot(): TaskEnvSnapshot {
    const { layout, timeS, stepIndex } = this
    return { layout, parts: saveParts(this.parts()), timeS, stepIndex }
  }

  restore(snapshot: Snapshot): void {
    checkLayout(snapshot, this.layout)
    const { parts, timeS, stepIndex } = snapshot as TaskEnvSnapshot
    restoreParts(this.parts(), parts)
    this.timeS = timeS
    this.stepIndex = stepIndex
  }

  /** Time since the episode or goal began [s]. */
  get episodeTimeS(): number {
    return this.stepIndex * this.periodS
  }

  dispose(): void {
    this.engine.dispose()
  }

  private parts(): TaskEnvParts {
    const { engine, arms, tasks, trail, starts } = this
    return { engine, arms, tasks, trail, starts, shown: shownBy(this) }
  }

  private rewardOf(k: number): void {
    const { physics, controller } = this.arms[k]!
    const task = this.tasks[k]!
    const isLast = this.stepIndex === this.episodeSteps
    const state = this.engine.state(k)
    task.reward(state, physics, controller.previousAction, isLast)
    voidDiverged(state, task.outcome)
    const { terms, weights } = this
    const begin = k * weights.length
    terms.set(task.terms, begin)
    const isMet = isSuccess(task.outcome, this.thresholdM)
    writeCommonTerms(state, isMet, terms, begin + task.terms.length)
    this.reward[k] = weightedReward(terms, weights, begin)
  }

  private finishStep(isFirst: boolean): void {
    const timeShare = this.stepIndex / this.episodeSteps
    if (isFirst) {
      this.reward.fill(0)
      this.terms.fill(0)
    }
    for (let k = 0; k < this.numEnvs; k++) {
      const arm = this.arms[k]!
      const task = this.tasks[k]!
      const state = this.engine.state(k)
      const { point } = task.outcome
      const isBroken = voidDiverged(state, task.outcome)
      this.isSuccess[k] = isSuccess(task.outcome, this.thresholdM) ? 1 : 0
      this.terminated[k] = isBroken ? 1 : 0
      this.truncated[k] = timeShare >= 1 && !isBroken ? 1 : 0
      this.distanceM[k] = isBroken ? Number.NaN : countedDistanceM(task.outcome)
      this.objectSpeedMPerS[k] = isFirst ? this.trail.begin(k, point) : this.trail.add(k, point)
      arm.writeObservation(this.spec, task.goal, this.observation, k * this.observationSize)
      writeCritic(arm, task, state, timeShare, this.critic, k * this.criticSize)
    }
  }
}
