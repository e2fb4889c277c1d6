import type { ArmDriver } from '../../../robot/bus/arm-driver.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import type { Clock } from '../../../robot/model/clock.ts'
import { ArmPort } from '../arm-port.ts'
import { park, parkPose } from '../park.ts'
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
  { arm, config, spec }: Pick<GuardOrders, 'arm' | 'config' | 'spec'>,
): Promise<void> {
  const model = compileControlled(arm, spec.control)
  const port = new ArmPort({ driver, arm, model, clock, config, isShadow: false })
  await driver.open()
  await driver.enable()
  try {
    await park(port, driver, parkPose(arm, model), {
      model,
      spec,
      config,
      clock,
      requests: { isStopped: false, takeReset: () => false },
      signal: new AbortController().signal,
    })
  } catch (error) {
    await port.holdStill()
    throw error
  }
}
