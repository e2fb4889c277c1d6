import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmState } from '../engines/engine.ts'
import { COMMON_TERMS } from '../tasks/common-terms.ts'
import type { Task, TaskDefinition, TaskOutcome, TaskSetting } from '../tasks/task.ts'
import type { ResetOptions } from './vec-env.ts'

const isFunction = (value: unknown): boolean => typeof value === 'function'
const isArray64 = (value: unknown): boolean => value instanceof Float64Array

/** What a task has to have, and whether it is that. Where it may be is in its type: `sim/tasks/task.ts`. */
const MEMBERS: readonly (readonly [keyof Task, string, (value: unknown) => boolean])[] = [
  ['goal', 'a Float64Array', isArray64],
  ['terms', 'a Float64Array', isArray64],
  ['outcome', '{ distanceM, isMet, point: Float64Array(3) }', isOutcome],
  ['numFeatures', 'a whole number', (value) => Number.isInteger(value) && Number(value) >= 0],
  ['begin', 'a function', isFunction],
  ['newGoal', 'a function', isFunction],
  ['look', 'a function', isFunction],
  ['reward', 'a function', isFunction],
  ['writeFeatures', 'a function', isFunction],
]

/** A task for each of `count` arms. Throws SIM_TASK_INVALID for one that is not what its definition, or its type, says. */
export function prepareTasks(
  name: string,
  definition: TaskDefinition,
  setting: TaskSetting,
  count: number,
): Task[] {
  const create: unknown = definition.prepare(setting)
  if (!isFunction(create)) {
    const found = create === null ? 'null' : typeof create
    throw new CodedError(
      'SIM_TASK_INVALID',
      `task ${name}: expected \`prepare\` to return a function, found ${found}`,
      { hint: 'return () => ({ … }), which makes one task per call; docs/own-task.md shows one' },
    )
  }
  const tasks = Array.from({ length: count }, create as () => Task)
  if (tasks.length > 0) checkTask(name, definition, tasks[0]!)
  return tasks
}

function checkTask(name: string, definition: TaskDefinition, task: Task): void {
  const { goalSize, terms } = definition
  for (const [member, expected, isRight] of MEMBERS) {
    if (isRight((task as Task | undefined)?.[member])) continue
    throw new CodedError(
      'SIM_TASK_INVALID',
      `task ${name}: expected \`${member}\` of what it prepares to be ${expected}`,
      { hint: 'docs/own-task.md shows a whole one' },
    )
  }
  const twice = Object.keys(terms).find((term) => Object.hasOwn(COMMON_TERMS, term))
  if (twice !== undefined) {
    throw new CodedError('SIM_TASK_INVALID', `task ${name}: every task has a term \`${twice}\``, {
      hint: 'leave it out, or give yours another name',
    })
  }
  const sizes = [
    ['goal', goalSize, task.goal.length],
    ['terms', Object.keys(terms).length, task.terms.length],
  ] as const
  for (const [what, expected, found] of sizes) {
    if (expected === found) continue
    throw new CodedError(
      'SIM_TASK_INVALID',
      `task ${name}: expected \`${what}\` of ${expected} numbers, as its definition says, found ${found}`,
      { hint: `make \`${what}\` a Float64Array(${expected})` },
    )
  }
}

function isOutcome(value: unknown): boolean {
  const { distanceM, isMet, point } = (value ?? {}) as Partial<TaskOutcome>
  return (
    typeof distanceM === 'number' &&
    typeof isMet === 'boolean' &&
    point instanceof Float64Array &&
    point.length === 3
  )
}

/**
 * Makes the outcome a failure, whatever lies at the goal, where the simulation of the arm has broken down: its joints, or
 * what is judged, are nowhere any more. Returns whether it has.
 */
export function voidDiverged({ q, qd }: ArmState, outcome: TaskOutcome): boolean {
  const { point } = outcome
  let sum = outcome.distanceM
  for (let i = 0; i < q.length; i++) sum += q[i]! + qd[i]!
  for (let i = 0; i < point.length; i++) sum += point[i]!
  if (Number.isFinite(sum)) return false
  outcome.distanceM = Number.NaN
  return true
}

/** Throws SIM_STEP_INVALID for numbers that would be taken for others: streams are named by whole ones. */
export function checkReset(options: ResetOptions, numEnvs: number): void {
  const { seed, episode, episodes, width = 1 } = options
  const numbers = Array.from({ length: numEnvs }, (_, k) => episodes?.[k] ?? episode)
  if (![seed, ...numbers].every(Number.isSafeInteger)) {
    const found = `seed ${seed}, episode ${numbers.join(', ')}`
    throw new CodedError(
      'SIM_STEP_INVALID',
      `expected whole numbers as seed and episode, found ${found}`,
      { hint: 'for example { seed: 1, episode: 0 }' },
    )
  }
  if (typeof width !== 'number' || (width >= 0 && width < Number.POSITIVE_INFINITY)) return
  throw new CodedError('SIM_STEP_INVALID', `expected a width of 0 or more, found ${width}`, {
    hint: '0 is nominal, 1 as wide as the rules',
  })
}

/** Throws SIM_STEP_INVALID for actions of another size. */
export function checkActions(actions: Float32Array, size: number): void {
  if (actions.length === size) return
  throw new CodedError(
    'SIM_STEP_INVALID',
    `expected ${size} numbers as actions, found ${actions.length}`,
    { hint: 'actions of all environments in one array [numEnvs, actionSize]' },
  )
}
