import { push } from './push.ts'
import type { TaskDefinition } from './task.ts'

/** Every kind of task, by the name that `kind` in a task's YAML gives. */
export const TASKS: Readonly<Record<string, TaskDefinition>> = { push }
