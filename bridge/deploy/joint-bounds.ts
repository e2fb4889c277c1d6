import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { SafetyLimits } from '../../robot/safety/safety.schema.ts'
import type { JointBounds } from '../../robot/safety/safety-filter.ts'

/** Share of the torque limit beyond which a joint pulls with all it may. */
const BLOCKED_SHARE = 0.95

/** What the joints of one arm may do, in its driver's order [numJoints]. */
export interface DeploymentBounds extends JointBounds {
  /** Torque that each servo may use, as a share of its full one. */
  readonly torqueShare: Float64Array
}

/**
 * The narrowest of what the arm's description, its calibration (by the driver) and the deploy config allow.
 * Joints that the policy moves keep the configured margin; those that are held may stand at their very ends, as a
 * closed gripper does.
 *
 * @throws ROBOT_CALIBRATION_INVALID when nothing is left for a joint
 */
export function jointBounds(
  driver: ArmDriver,
  arm: ArmDescription,
  model: ArmModel,
  safety: SafetyLimits,
): DeploymentBounds {
  const bounds: DeploymentBounds = {
    lower: createBound(driver, Number.NEGATIVE_INFINITY),
    upper: createBound(driver, Number.POSITIVE_INFINITY),
    maxSpeedRadPerS: createBound(driver, safety.maxJointSpeedRadPerS),
    maxAccelerationRadPerS2: createBound(driver, safety.maxJointAccelerationRadPerS2),
    maxJerkRadPerS3: createBound(driver, safety.maxJointJerkRadPerS3),
    maxStretchRad: createBound(driver, Number.POSITIVE_INFINITY),
    maxErrorRad: createBound(driver, safety.trackingErrorRad),
    torqueShare: createBound(driver, safety.maxTorqueShare),
  }
  for (const [i, name] of driver.jointNames.entries()) {
    const joint = arm.joints.find((each) => each.name === name)
    if (joint === undefined) continue
    const { limits, actuator, group } = joint
    const marginRad = model.jointNames.includes(name) ? safety.jointMarginRad : 0
    const calibrated = driver.calibrated
    bounds.lower[i] = Math.max(limits.lower, calibrated?.lowerRad[i] ?? limits.lower) + marginRad
    bounds.upper[i] = Math.min(limits.upper, calibrated?.upperRad[i] ?? limits.upper) - marginRad
    if (!(bounds.lower[i]! < bounds.upper[i]!)) throw noRange(name)
    narrow(bounds.maxSpeedRadPerS, i, actuator.maxSpeedRadPerS)
    narrow(bounds.maxAccelerationRadPerS2, i, limits.maxAccelerationRadPerS2)
    narrow(bounds.maxJerkRadPerS3, i, limits.maxJerkRadPerS3)
    narrow(bounds.torqueShare, i, calibrated?.torqueShare[i])
    // A controller that damps its joint lets it lie behind by more on its way: no stretch tells of its torque.
    if (actuator.dampingControlled) continue
    const torqueNm = bounds.torqueShare[i]! * actuator.stallTorqueNm
    bounds.maxStretchRad[i] = torqueNm / actuator.stiffnessNmPerRad
    // An arm joint that pulls with all it may and stays behind is blocked; a gripper that does so grasps.
    if (group === 'gripper') continue
    bounds.maxErrorRad[i] = Math.min(
      safety.trackingErrorRad,
      BLOCKED_SHARE * bounds.maxStretchRad[i]!,
    )
  }
  return bounds
}

function narrow(bound: Float64Array, i: number, most = Number.POSITIVE_INFINITY): void {
  bound[i] = Math.min(bound[i]!, most)
}

const createBound = ({ jointNames }: ArmDriver, value: number): Float64Array =>
  new Float64Array(jointNames.length).fill(value)

const noRange = (name: string): CodedError =>
  new CodedError(
    'ROBOT_CALIBRATION_INVALID',
    `joint ${name} has no range left between its limits and its calibration`,
    { hint: 'run sim2arm calibrate, and move each joint over its whole range' },
  )
