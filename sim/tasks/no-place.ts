import { CodedError } from '../../configs/load/coded-error.ts'

/** A task's section for an arm asks for a place that the arm, or the table, does not have: SIM_TASK_INVALID. */
export function noPlace(message: string, hint: string): CodedError {
  return new CodedError('SIM_TASK_INVALID', message, { hint })
}
