import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ArmPort } from './arm-port.ts'
import { moveJoints, type SlowMoveOptions } from './soft-start.ts'
import { notParked } from './stop-errors.ts'

/** A parked joint is this close to its pose: beyond, torque stays on [rad]. */
const PARKED_RAD = 0.2

/**
 * A slow move to the arm's park pose, then torque off; an arm that did not get there keeps its torque.
 * @param pose - active joints [numJoints], [rad]
 */
export async function park(
  port: ArmPort,
  driver: ArmDriver,
  pose: Float64Array,
  options: SlowMoveOptions,
): Promise<void> {
  await port.readArm()
  await moveJoints(port, pose, options)
  await port.readArm()
  const missRad = Math.max(...port.activeQ.map((q, i) => Math.abs(q - pose[i]!)))
  if (!(missRad < PARKED_RAD)) throw notParked(missRad)
  await driver.disable()
}

/** Active joints of the arm's park pose [numJoints], [rad]. */
export function parkPose({ poses }: ArmDescription, { jointNames }: ArmModel): Float64Array {
  return Float64Array.from(jointNames, (name) => poses.park[name] ?? 0)
}
