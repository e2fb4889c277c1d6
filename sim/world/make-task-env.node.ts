import { createTeacher } from '../solvers/index.ts'
import { importTask } from '../tasks/import-task.node.ts'
import { createTaskEnv, type TaskEnvConfig } from './create-task-env.ts'
import type { TaskEnv } from './task-env.ts'

/** As `createTaskEnv`, for tasks of one's own too: imports the module that the task names. */
export async function makeTaskEnv(
  config: TaskEnvConfig,
  { numEnvs }: { readonly numEnvs: number },
): Promise<TaskEnv> {
  const { definition, solver } = await importTask(config.task)
  return createTaskEnv(config, {
    numEnvs,
    definition,
    createTeacher: (setting) => createTeacher(config.task, setting, solver),
  })
}
