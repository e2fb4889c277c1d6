import type { PolicyFile } from '../../policy/file/policy-file.ts'
import { rulesOf } from '../../sim/randomization/merge-randomizations.ts'
import { rangeOf } from '../../sim/randomization/range.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import type { DeployConfig } from './deploy.schema.ts'

/** Whether joints that a stream tells are foreseen over their delay, and who says so. */
export interface JointForesight {
  readonly isForeseen: boolean
  readonly by: 'config' | 'policy'
}

/**
 * What the deploy config says; where it says nothing, what fits the policy: one that was trained with joints told late
 * foresees by itself, others and baselines count on where the joints are now.
 */
export function jointForesight(
  { jointSensor }: Pick<DeployConfig, 'jointSensor'>,
  file: PolicyFile | undefined,
): JointForesight {
  const { predict } = jointSensor
  return predict === undefined
    ? { isForeseen: file === undefined || !hasSeenLateJoints(file), by: 'policy' }
    : { isForeseen: predict, by: 'config' }
}

/** In words, for the log. */
export function describeForesight({ isForeseen, by }: JointForesight): string {
  const what = isForeseen ? 'foreseen over their delay' : 'taken as they were told'
  const why =
    by === 'config'
      ? `jointSensor.predict is ${isForeseen}`
      : `the policy was ${isForeseen ? 'not ' : ''}trained with it`
  return `streamed joints are ${what}: ${why}`
}

function hasSeenLateJoints({ metadata }: PolicyFile): boolean {
  const { environment } = metadata.training as { readonly environment?: TaskEnvConfig }
  if (environment === undefined || environment.hasPerfectSensing === true) return false
  const { jointDelayS } = rulesOf(environment.randomization, metadata.task, metadata.arm.name)
  if (jointDelayS === undefined || 'joints' in jointDelayS) return false
  return rangeOf(jointDelayS, 0, 0).high > 0
}
