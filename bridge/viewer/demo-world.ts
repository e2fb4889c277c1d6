import { CodedError } from '../../configs/load/coded-error.ts'
import type { PolicyFile } from '../../policy/file/policy-file.ts'
import { recurrentUnits } from '../../policy/networks/actor-parameters.ts'
import { createPolicy, type Policy } from '../../policy/runtime/policy.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import { firstDifference } from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { createObjectState } from '../../sim/engines/engine.ts'
import { restOnTable } from '../../sim/scene/table.ts'
import { taskDefinition, taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig, TaskOnArm } from '../../sim/tasks/task.schema.ts'
import { createVecEnv } from '../../sim/world/create-env.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import { createKnobs, type Knob, type KnobValues, knobRandomization } from './demo-knobs.ts'
import { toVector3 } from './frame-values.ts'
import type { RunEpisode, RunScene, RunState } from './frames.ts'
import { runScene } from './run-scene.ts'
import { worldState } from './sample-frames.ts'

/** Seed of the demo's starts, goals and noise: the same for every visitor. */
const SEED = 1

export interface DemoParts {
  readonly file: PolicyFile
  readonly arm: ArmDescription
  readonly task: TaskConfig
}

/** A policy at work in a simulation, which a visitor may interfere with. Runs in a browser and in Node. */
export interface DemoWorld {
  readonly scene: RunScene
  readonly knobs: readonly Knob[]
  /** Of one policy step [s]. */
  readonly periodS: number
  /** Output h of the policy's recurrent layer, live, -1..1 [units]; empty where it has none. */
  readonly memory: Float32Array
  state(): RunState
  /** One policy step. What ended with it, if anything: then the next goal or the next episode has begun. */
  step(): RunEpisode | undefined
  /** Puts the first object on the table at x, y [m], as near as the task's area allows. */
  carryObject(x: number, y: number): void
  moveGoal(x: number, y: number): void
  /** Another start, another goal. */
  nextEpisode(): void
  /** The same episode from its beginning in other physics. Throws CONFIG_INVALID for values out of range. */
  turn(values: KnobValues): Promise<void>
  dispose(): void
}

/** Throws POLICY_MISMATCH for a policy that was not made for this arm and task. */
export async function createDemoWorld(parts: DemoParts, values: KnobValues): Promise<DemoWorld> {
  const { arm, file, task } = parts
  const onArm = taskOnArm(task, arm.name, taskDefinition(task))
  const knobs = createKnobs({ model: compileControlled(arm, onArm.control), onArm })
  const build = (chosen: KnobValues) =>
    createVecEnv({
      ...{ task, arm, numEnvs: 1 },
      randomization: knobRandomization(knobs, chosen, arm.name),
    })
  const env = await build(values)
  const difference = firstDifference(env.spec, file.metadata.control)
  if (difference === null) return new PolicyInWorld({ ...parts, onArm, knobs, build }, env)
  env.dispose()
  throw new CodedError(
    'POLICY_MISMATCH',
    `the policy does not fit arm ${arm.name}: ${difference}`,
    {
      hint: 'take a policy that was trained for this arm and task',
    },
  )
}

interface Setting extends DemoParts {
  readonly onArm: TaskOnArm
  readonly knobs: readonly Knob[]
  readonly build: (values: KnobValues) => Promise<TaskEnv>
}

class PolicyInWorld implements DemoWorld {
  readonly scene: RunScene
  readonly knobs: readonly Knob[]
  readonly periodS: number
  readonly memory: Float32Array
  private readonly policyState: Float32Array
  private readonly setting: Setting
  private readonly policy: Policy
  private readonly action: Float32Array
  private readonly kinematics: ArmKinematics
  private env: TaskEnv
  private episode = 0
  private numEnded = 0
  private stepsBefore = 0
  private stepsOfGoal = 0

  constructor(setting: Setting, env: TaskEnv) {
    const { arm, file, knobs, onArm, task } = setting
    const model = compileControlled(arm, onArm.control)
    this.setting = setting
    this.knobs = knobs
    this.env = env
    this.policy = createPolicy(file)
    this.policyState = new Float32Array(this.policy.stateSize)
    this.memory = this.policyState.subarray(0, recurrentUnits(file.parameters.shape))
    this.action = new Float32Array(env.actionSize)
    this.kinematics = new ArmKinematics(model)
    this.periodS = 1 / onArm.control.policyRateHz
    this.scene = runScene({ arm, kind: 'policy', model, onArm, task }, 'simulation in this page')
    this.begin()
  }

  state(): RunState {
    const { env, kinematics, setting } = this
    const { setpoint } = env.arms[0]!.controller
    kinematics.forward(setpoint)
    return {
      ...worldState(setting, env, 0),
      timeS: (this.stepsBefore + this.stepsOfGoal) * this.periodS,
      commandQ: Array.from(setpoint),
      tip: toVector3(env.stateOf(0).tip),
      commandedTip: toVector3(kinematics.tip),
      objectAgeS: null,
      action: Array.from(this.action),
      rule: '',
      interventions: {},
      loop: { rateHz: Number.NaN, jitterS: Number.NaN },
    }
  }

  step(): RunEpisode | undefined {
    const { action, env, policy, policyState } = this
    policy.step(env.observation, policyState, action)
    env.step(action)
    this.stepsOfGoal++
    const isOver = env.truncated[0] === 1
    const isBroken = env.terminated[0] === 1
    if (!isOver && !isBroken) return undefined
    const isSuccess = isOver && env.isSuccess[0] === 1
    const ended = { episode: this.numEnded++, finalDistanceM: env.distanceM[0]!, isSuccess }
    // What was missed may lie where no arm reaches.
    if (isSuccess) this.beginGoal()
    else this.nextEpisode()
    return ended
  }

  carryObject(x: number, y: number): void {
    const { env } = this
    const { physics } = env.arms[0]!
    const shape = physics.objects[0]?.shape
    if (shape === undefined) return
    const objects = env.stateOf(0).objects.map((object) => structuredClone(object))
    const pose = createObjectState()
    restOnTable(physics.table, shape.halfSizeM[2]!, ...this.withinArea(x, y), 0, pose)
    objects[0] = pose
    env.place(0, objects)
  }

  moveGoal(x: number, y: number): void {
    this.env.tasks[0]!.goal.set(this.withinArea(x, y))
  }

  nextEpisode(): void {
    this.episode++
    this.begin()
  }

  async turn(values: KnobValues): Promise<void> {
    const env = await this.setting.build(values)
    this.env.dispose()
    this.env = env
    this.begin()
  }

  dispose(): void {
    this.env.dispose()
  }

  private begin(): void {
    this.env.reset({ seed: SEED, episode: this.episode })
    this.policyState.fill(0)
    this.action.fill(0)
    this.countFromHere()
  }

  /** Same physics, same memory. */
  private beginGoal(): void {
    this.env.newGoal()
    this.countFromHere()
  }

  private countFromHere(): void {
    this.stepsBefore += this.stepsOfGoal
    this.stepsOfGoal = 0
  }

  private withinArea(x: number, y: number): [x: number, y: number] {
    const { xM, yM } = this.setting.onArm.area
    return [clamp(x, xM[0], xM[1]), clamp(y, yM[0], yM[1])]
  }
}
