import type { ArmCalibration } from '../../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { DeployConfig } from '../deploy.schema.ts'

/** What a guard needs to know to bring the arm down by itself; one line of JSON. */
export interface GuardOrders {
  /** Process that controls the arm. */
  readonly controlPid: number
  /** Serial device. */
  readonly port: string
  readonly arm: ArmDescription
  readonly calibration: ArmCalibration
  /** That the controller moves. */
  readonly joints: readonly string[]
  readonly config: DeployConfig
}

/**
 * After the orders the control process writes single bytes: a sign of life; torque is about to come on, so that
 * from now on its end means danger; the arm has been left as it should be. The guard writes one when it is ready.
 */
export const SIGN = { alive: 'a', watch: 'w', standDown: 's', ready: 'r' } as const
