import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import { goalSize } from '../../robot/io/spec.ts'
import type { ObjectKind } from '../scene/object.ts'
import { COMMON_TERMS } from './common-terms.ts'
import { TASKS } from './index.ts'
import type { TaskConfig, TaskOnArm } from './task.schema.ts'
import type { TaskDefinition } from './task.ts'

/**
 * The kind of a task, as long as it is built in. Throws CONFIG_UNKNOWN_NAME, and CONFIG_INVALID where it is a
 * module of one's own: that takes an import first.
 */
export function taskDefinition({ name, kind, module }: TaskConfig): TaskDefinition {
  const found = kind === undefined ? undefined : TASKS[kind]
  if (found !== undefined) return found
  if (kind === undefined) {
    throw new CodedError('CONFIG_INVALID', `task ${name}: nobody has imported ${module}`, {
      hint: 'import it and pass what it exports as `definition`',
    })
  }
  throw new CodedError('CONFIG_UNKNOWN_NAME', `task ${name}: no kind "${kind}"`, {
    hint: unknownNameHint(kind, Object.keys(TASKS)),
  })
}

/** Names of all that a task's rewards can weigh: its own terms, then those that every task has. */
export function rewardTerms(definition: TaskDefinition): readonly string[] {
  return [...Object.keys(definition.terms), ...Object.keys(COMMON_TERMS)]
}

/** The task's section for an arm, unchecked. Throws CONFIG_UNKNOWN_NAME. */
export function armSection(task: TaskConfig, arm: string): TaskOnArm {
  const found = task.arms.find((entry) => entry.arm === arm)
  if (found !== undefined) return found
  throw new CodedError('CONFIG_UNKNOWN_NAME', `task ${task.name} knows no arm ${arm}`, {
    hint: unknownNameHint(
      arm,
      task.arms.map((entry) => entry.arm),
    ),
  })
}

/**
 * The task's section for an arm, checked against its definition. Throws CONFIG_UNKNOWN_NAME for an arm, a
 * parameter or a reward term that there is not, CONFIG_INVALID for a parameter that is missing, and for goals
 * of another size than the policy is told.
 */
export function taskOnArm<Parameter extends string = string>(
  task: TaskConfig,
  arm: string,
  definition: TaskDefinition = taskDefinition(task),
): TaskOnArm<Parameter> {
  checkNames(task.name, 'reward term', Object.keys(task.rewards), rewardTerms(definition))
  const found = armSection(task, arm)
  const wanted = Object.keys(definition.parameters)
  const given = Object.keys(found.parameters)
  checkNames(task.name, `parameter on ${arm}`, given, wanted)
  const missing = wanted.find((name) => !given.includes(name))
  if (missing !== undefined) {
    throw new CodedError(
      'CONFIG_INVALID',
      `task ${task.name} on ${arm}: parameter ${missing} is missing`,
      { hint: `${missing}: ${definition.parameters[missing]}` },
    )
  }
  const told = goalSize(found.control)
  if (told !== definition.goalSize) {
    throw new CodedError(
      'CONFIG_INVALID',
      `task ${task.name} on ${arm}: a goal has ${definition.goalSize} numbers, control.sees tells ${told}`,
      { hint: 'control.sees.goal says whether a goal has a height and a yaw' },
    )
  }
  return found as TaskOnArm<Parameter>
}

/** What lies on the table. */
export function objectKinds(onArm: Pick<TaskOnArm, 'objects'>): ObjectKind[] {
  return onArm.objects.map(({ kind }) => kind)
}

function checkNames(
  task: string,
  what: string,
  given: readonly string[],
  known: readonly string[],
): void {
  const unknown = given.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new CodedError('CONFIG_UNKNOWN_NAME', `task ${task}: no ${what} "${unknown}"`, {
    hint: unknownNameHint(unknown, known),
  })
}
