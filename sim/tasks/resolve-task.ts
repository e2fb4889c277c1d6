import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ObjectKind } from '../scene/object.ts'
import { TASKS } from './index.ts'
import type { TaskConfig, TaskOnArm } from './task.schema.ts'
import type { TaskDefinition } from './task.ts'

/** The kind of a task. Throws CONFIG_UNKNOWN_NAME. */
export function taskDefinition(task: TaskConfig): TaskDefinition {
  const found = TASKS[task.kind]
  if (found !== undefined) return found
  throw new CodedError('CONFIG_UNKNOWN_NAME', `task ${task.name}: no kind "${task.kind}"`, {
    hint: unknownNameHint(task.kind, Object.keys(TASKS)),
  })
}

/**
 * The task's section for an arm, checked against its kind. Throws CONFIG_UNKNOWN_NAME for an arm, a
 * parameter or a reward term that there is not, CONFIG_INVALID for a parameter that is missing.
 */
export function taskOnArm<Parameter extends string = string>(
  task: TaskConfig,
  arm: string,
): TaskOnArm<Parameter> {
  const definition = taskDefinition(task)
  checkNames(task.name, 'reward term', Object.keys(task.rewards), Object.keys(definition.terms))
  const found = task.arms.find((entry) => entry.arm === arm)
  if (found === undefined) {
    const arms = task.arms.map((entry) => entry.arm)
    throw new CodedError('CONFIG_UNKNOWN_NAME', `task ${task.name} knows no arm ${arm}`, {
      hint: unknownNameHint(arm, arms),
    })
  }
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
  return found as TaskOnArm as TaskOnArm<Parameter>
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
