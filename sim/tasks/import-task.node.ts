import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { CreateSolver } from '../solvers/solver.ts'
import { taskDefinition } from './resolve-task.ts'
import type { TaskConfig } from './task.schema.ts'
import type { TaskDefinition } from './task.ts'

/** The code of a task. */
export interface TaskCode {
  readonly definition: TaskDefinition
  /** The scripted way through a task of one's own; built-in ones have theirs in `sim/solvers`. */
  readonly solver: CreateSolver | undefined
}

const EXAMPLE = 'docs/own-task.md shows one'

/**
 * What a task does: its built-in kind, or what its module exports, which is imported here. The definition is
 * the default export, or else the only export that is one; `solver` is an export of that name.
 *
 * Throws CONFIG_FILE_MISSING, SIM_TASK_INVALID for a module that throws or exports no definition, and what
 * `taskDefinition` throws.
 */
export async function importTask(task: TaskConfig): Promise<TaskCode> {
  if (task.module === undefined) return { definition: taskDefinition(task), solver: undefined }
  const exported = await importModule(task.name, task.module)
  const { default: main, solver, ...named } = exported
  const found = Object.values(named).filter(isDefinition)
  const definition = isDefinition(main) ? main : found.length === 1 ? found[0] : undefined
  if (definition === undefined) {
    const names = Object.keys(exported).join(', ') || 'nothing'
    throw new CodedError(
      'SIM_TASK_INVALID',
      `task ${task.name}: expected a task definition (parameters, terms, goalSize, prepare) as the default export of ${task.module}, found ${names}`,
      { hint: EXAMPLE },
    )
  }
  if (solver !== undefined && typeof solver !== 'function') {
    throw new CodedError(
      'SIM_TASK_INVALID',
      `task ${task.name}: expected \`solver\` of ${task.module} to be a function`,
      { hint: EXAMPLE },
    )
  }
  return { definition, solver: solver as CreateSolver | undefined }
}

async function importModule(name: string, file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) {
    throw new CodedError('CONFIG_FILE_MISSING', `task ${name}: expected its module at ${file}`, {
      hint: "`module` is relative to the task's YAML",
    })
  }
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new CodedError(
      'SIM_TASK_INVALID',
      `task ${name}: ${file} cannot be imported (${reason})`,
      { hint: `\`node ${file}\` shows where`, cause },
    )
  }
}

function isDefinition(value: unknown): value is TaskDefinition {
  if (typeof value !== 'object' || value === null) return false
  const { parameters, terms, goalSize, prepare } = value as Record<string, unknown>
  const isTable = (each: unknown) => typeof each === 'object' && each !== null
  return (
    isTable(parameters) &&
    isTable(terms) &&
    Number.isInteger(goalSize) &&
    typeof prepare === 'function'
  )
}
