import { dirname, resolve } from 'node:path'
import { type LoadConfigOptions, readConfigText } from '../../configs/load/load.node.ts'
import { parseConfig } from '../../configs/load/parse-config.ts'
import { type TaskConfig, taskSchema } from './task.schema.ts'

/**
 * The checked task `configs/tasks/<name>.yaml`, or of the file at a path. The path of its module, if it has
 * one, becomes absolute.
 */
export function loadTask(nameOrPath: string, options: LoadConfigOptions = {}): TaskConfig {
  const { file, text } = readConfigText('tasks', nameOrPath)
  const task = parseConfig(text, taskSchema, { file, ...options })
  if (task.module === undefined) return task
  return { ...task, module: resolve(dirname(file), task.module) }
}
