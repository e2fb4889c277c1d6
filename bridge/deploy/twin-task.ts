import { CodedError } from '../../configs/load/coded-error.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig, TaskOnArm } from '../../sim/tasks/task.schema.ts'

/** What the twin's referee can set up and judge. */
const KINDS: readonly (string | undefined)[] = ['push', 'lift', 'pick-place', 'stack']

/** The section for an arm of a task that the twin's referee can set up and judge. */
export function twinTask(task: TaskConfig, arm: string): TaskOnArm {
  if (!KINDS.includes(task.kind)) {
    throw new CodedError(
      'BRIDGE_USAGE',
      `the twin cannot set up ${task.name}: only tasks of kind ${KINDS.join(', ')}`,
      { hint: 'play it with --world rapier or --world mujoco' },
    )
  }
  return taskOnArm(task, arm)
}
