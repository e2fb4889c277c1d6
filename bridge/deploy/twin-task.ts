import { CodedError } from '../../configs/load/coded-error.ts'
import type { PushOnArm, PushParameter } from '../../sim/tasks/push.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'

/** The section for an arm of a task that the twin's referee can set up and judge: pushing, so far. */
export function twinTask(task: TaskConfig, arm: string): PushOnArm {
  if (task.kind !== 'push') {
    throw new CodedError(
      'BRIDGE_USAGE',
      `the twin cannot set up ${task.name}: only tasks of kind push`,
      {
        hint: 'play it with --world rapier or --world mujoco',
      },
    )
  }
  return taskOnArm<PushParameter>(task, arm)
}
