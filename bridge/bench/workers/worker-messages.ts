import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { Randomization } from '../../../sim/randomization/randomization.schema.ts'
import type { TaskConfig } from '../../../sim/tasks/task.schema.ts'

/** What a worker plays: a training environment of its own. */
export interface PlayStart {
  readonly arm: ArmDescription
  readonly task: TaskConfig
  readonly randomization: Randomization
  readonly arms: number
  readonly timestepS: number
  readonly iterations: number
  readonly seed: number
  readonly warmUpS: number
}

/** Go on for this long [s]. */
export interface PlayRequest {
  readonly seconds: number
}

/** `ready` when warm, then a `rate` for each request: control steps of one arm per second by the clock. */
export type PlayReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rate'; readonly armStepsPerS: number }
