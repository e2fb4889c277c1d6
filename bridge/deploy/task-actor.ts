import { CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs } from '../../configs/load/load.node.ts'
import { loadPolicyFile } from '../../policy/file/policy-file.node.ts'
import type { PolicyFile } from '../../policy/file/policy-file.ts'
import { servoRegisters } from '../../policy/learning/policy-facts.ts'
import { createPolicy } from '../../policy/runtime/policy.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import {
  type ControlSpec,
  createControlSpec,
  firstDifference,
  sightOf,
} from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { createSolver, createTeacher } from '../../sim/solvers/index.ts'
import type { CreateSolver } from '../../sim/solvers/solver.ts'
import { importTask } from '../../sim/tasks/import-task.node.ts'
import { loadTask } from '../../sim/tasks/load-task.node.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig, TaskOnArm } from '../../sim/tasks/task.schema.ts'
import type { TaskDefinition } from '../../sim/tasks/task.ts'
import { createScriptedStepper } from './scripted-stepper.ts'
import type { Stepper } from './sources.ts'

const RANDOM_ACTION_STREAM = 103

export const BASELINES = ['scripted', 'teacher', 'random', 'still'] as const
export type Baseline = (typeof BASELINES)[number]

/** Who acts, on which arm, in which task: what `eval`, `deploy` and `demo` have in common. */
export interface TaskActor {
  readonly name: string
  readonly kind: 'policy' | Baseline
  readonly arm: ArmDescription
  readonly model: ArmModel
  readonly task: TaskConfig
  /** Names or paths of arm and task, from which another process can load them. */
  readonly sources: { readonly arm: string; readonly task: string }
  readonly definition: TaskDefinition
  readonly onArm: TaskOnArm
  readonly spec: ControlSpec
  /** Undefined for a baseline. */
  readonly file: PolicyFile | undefined
  /** A stepper of its own, at the beginning of an episode. */
  createStepper(seed: number): Stepper
  /** Who is told the truth and shows the task, see `Oracle`. */
  readonly createTeacher: CreateSolver
}

export interface TaskActorOptions {
  /** A policy's name or path, or a baseline. */
  readonly name: string
  /** Needed for baselines, and where a policy's own task is not one that is shipped. */
  readonly task?: string | undefined
  readonly arm?: string | undefined
}

/**
 * Looks up a policy or baseline with its arm and task, and refuses a policy whose control spec is not what
 * this arm and task mean, naming the first difference.
 */
export async function loadTaskActor(options: TaskActorOptions): Promise<TaskActor> {
  const { name } = options
  const isBaseline = (BASELINES as readonly string[]).includes(name)
  const file = isBaseline ? undefined : loadPolicyFile(name, BASELINES)
  const armName = options.arm ?? file?.metadata.arm.name ?? 'so101'
  const arm = loadArmDescription(armName)
  const taskName = options.task ?? shippedTask(file) ?? 'push'
  const asked = loadTask(taskName)
  const { definition, solver } = await importTask(asked)
  const task = file === undefined ? asked : controlledBy(file, asked, arm.name)
  const onArm = taskOnArm(task, arm.name, definition)
  const model = compileControlled(arm, onArm.control)
  const spec = file?.metadata.control ?? createControlSpec(model, onArm.control)
  if (file !== undefined) {
    checkFits(name, file, arm, model)
    const { control } = taskOnArm(asked, arm.name, definition)
    checkPlays(name, file, task.name, createControlSpec(model, control))
  }
  return {
    name,
    kind: isBaseline ? (name as Baseline) : 'policy',
    arm,
    model,
    task,
    sources: { arm: armName, task: taskName },
    definition,
    onArm,
    spec,
    file,
    createTeacher: (setting) => createTeacher(task, setting, solver),
    createStepper(seed) {
      if (file !== undefined) return createPolicy(file)
      if (name === 'scripted')
        return createScriptedStepper(createSolver(task, { spec, onArm, model }, solver))
      if (name === 'teacher') throw onlyInSimulation()
      return name === 'random'
        ? createRandomStepper(seed)
        : { stateSize: 0, step: (_o, _s, out) => void out.fill(0) }
    },
  }
}

function onlyInSimulation(): CodedError {
  return new CodedError(
    'BRIDGE_USAGE',
    'a teacher is told the truth, which only simulations know',
    {
      hint: 'eval it with --world rapier or --world mujoco; elsewhere there is scripted',
    },
  )
}

/** The task that a policy was trained on. Throws CONFIG_UNKNOWN_NAME for one of somebody's own. */
function shippedTask(file: PolicyFile | undefined): string | undefined {
  const name = file?.metadata.task
  if (name === undefined || listConfigs('tasks').includes(name)) return name
  throw new CodedError('CONFIG_UNKNOWN_NAME', `the policy's task ${name} is not a shipped one`, {
    hint: 'name its YAML with --task',
  })
}

/** The task as a policy plays it: by its own control constants, in simulation as on an arm. What is seen is the task's. */
function controlledBy({ metadata }: PolicyFile, task: TaskConfig, arm: string): TaskConfig {
  const arms = task.arms.map((each) => {
    if (each.arm !== arm) return each
    const { sees } = each.control
    const { sees: _, ...own } = metadata.control.control
    return { ...each, control: { ...own, ...(sees && { sees }) } }
  })
  return { ...task, arms }
}

/**
 * Order, units, names, rates and servo registers must be those of the arm; control constants are the
 * policy's own.
 */
function checkFits(name: string, file: PolicyFile, arm: ArmDescription, model: ArmModel): void {
  const { metadata } = file
  const refuse = (reason: string): never => {
    throw new CodedError('POLICY_MISMATCH', reason, {
      hint: 'use a policy that was trained for this arm',
    })
  }
  if (metadata.arm.name !== model.name) {
    refuse(`policy ${name} is for arm ${metadata.arm.name}, asked for arm ${model.name}`)
  }
  const expected = createControlSpec(model, metadata.control.control)
  const difference =
    firstDifference(expected, metadata.control) ??
    firstDifference(servoRegisters(arm), metadata.arm.servoRegisters)
  if (difference !== null) refuse(`policy ${name} does not fit arm ${model.name}: ${difference}`)
}

/** What the task tells and what it asks for must be what the policy was trained with, number by number. */
function checkPlays(name: string, file: PolicyFile, task: string, asked: ControlSpec): void {
  const { metadata } = file
  const difference = firstDifference(seenAndMoved(asked), seenAndMoved(metadata.control))
  if (difference === null) return
  const message = `policy ${name} does not fit task ${task}: ${difference}`
  throw new CodedError('POLICY_MISMATCH', message, {
    hint: `use a policy that was trained for this task; ${name} was for ${metadata.task}`,
  })
}

/** Without the names of objects, which each task gives its own. */
function seenAndMoved({ actionNames, control, observation }: ControlSpec): object {
  const { objects, goal, fromObject = false } = sightOf(control)
  return {
    sees: {
      objects: objects.map(({ height, yawSymmetry }) => ({ height, yawSymmetry })),
      goal,
      fromObject,
    },
    actionNames,
    sizes: observation.map(({ size }) => size),
  }
}

function createRandomStepper(seed: number): Stepper {
  const stream = new RandomStream(seed, RANDOM_ACTION_STREAM)
  return {
    stateSize: 0,
    step(_observation, _state, out) {
      for (let i = 0; i < out.length; i++) out[i] = stream.between(-1, 1)
    },
  }
}
