import type { ArmDriver } from '../../../robot/bus/arm-driver.ts'
import type { Clock } from '../../../robot/model/clock.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmPort } from '../arm-port.ts'
import { layDown } from '../park.ts'
import type { GuardOrders } from './orders.ts'

/**
 * Brings an arm down whose controller is gone: holds it where it is, moves it slowly to its park pose through the
 * safety filter, and releases torque there. An arm that meets something on its way is left holding.
 *
 * @param driver - not open yet; open when this returns or rejects
 * @throws what the driver throws; ROBOT_SAFETY_STOP when the arm could not be parked
 */
export async function takeOver(
  driver: ArmDriver,
  clock: Clock,
  { arm, config, joints }: Pick<GuardOrders, 'arm' | 'config' | 'joints'>,
): Promise<void> {
  const model = compileArm(arm, { joints })
  const port = new ArmPort({ driver, arm, model, clock, config, isShadow: false })
  await driver.open()
  await port.enable()
  try {
    const requests = { isStopped: false, takeReset: () => false }
    await layDown(port, { arm, clock, config, driver, model, requests })
  } catch (error) {
    await port.holdStill()
    throw error
  }
}
