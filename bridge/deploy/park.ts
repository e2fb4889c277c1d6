import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { parkPose } from '../../robot/model/park-pose.ts'
import type { ArmPort } from './arm-port.ts'
import { moveJoints, type SlowMoveOptions } from './soft-start.ts'
import { notParked } from './stop-errors.ts'

/** A parked joint is this close to its pose: beyond, torque stays on [rad]. */
const PARKED_RAD = 0.1

export interface LayDownOptions extends Omit<SlowMoveOptions, 'signal'> {
  readonly driver: ArmDriver
  readonly arm: ArmDescription
  readonly model: ArmModel
}

/**
 * Brings the arm to rest, moves it slowly to its park pose, and releases it there; an arm that did not get there
 * keeps its torque, gives in to what is in the way and stays where it is. Only an emergency stop ends it early.
 *
 * @throws ROBOT_SAFETY_STOP when it is not parked
 */
export async function layDown(port: ArmPort, options: LayDownOptions): Promise<void> {
  const { arm, driver, model } = options
  await port.holdStill()
  // One that had just given in would have to carry its arm with what torque was left.
  await port.recover()
  await port.readArm()
  const pose = parkPose(arm, model.jointNames)
  await moveJoints(port, pose, { ...options, signal: new AbortController().signal })
  await port.readArm()
  const missRad = Math.max(...port.activeQ.map((q, i) => Math.abs(q - pose[i]!)))
  if (!(missRad < PARKED_RAD)) {
    await port.giveIn()
    throw notParked(missRad)
  }
  await driver.disable()
}
