import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmState } from '../engines/engine.ts'
import { COMMON_TERMS } from '../tasks/common-terms.ts'
import type { Task, TaskDefinition, TaskOutcome } from '../tasks/task.ts'

/** Refuses a task that is not what its definition says. Throws SIM_TASK_INVALID. */
export function checkTask(name: string, definition: TaskDefinition, task: Task): void {
  const { goalSize, terms } = definition
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

/** Throws SIM_STEP_INVALID for actions of another size. */
export function checkActions(actions: Float32Array, size: number): void {
  if (actions.length === size) return
  throw new CodedError(
    'SIM_STEP_INVALID',
    `expected ${size} numbers as actions, found ${actions.length}`,
    { hint: 'actions of all environments in one array [numEnvs, actionSize]' },
  )
}
