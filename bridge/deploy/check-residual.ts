import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { DeployConfig } from './deploy.schema.ts'

/**
 * Whether an arm that was touched to its calibration is true enough for a policy: a warning, or nothing.
 * @throws ROBOT_CALIBRATION_INVALID beyond what the config allows
 */
export function checkResidual(
  { origin, residualM }: ArmCalibration,
  { refuse, warn }: DeployConfig['touchResidualM'],
): string | undefined {
  if (residualM === undefined || residualM <= warn) return undefined
  const text = `${origin}: the tip was ${(residualM * 1000).toFixed(1)} mm from the points it was held on`
  if (residualM <= refuse) return `${text}; sim2arm calibrate --touch may do better`
  throw new CodedError('ROBOT_CALIBRATION_INVALID', text, {
    hint: 'look for a loose horn or a sheet that slipped, then run sim2arm calibrate --touch again',
  })
}
