import { loadConfig } from '../../../configs/load/load.node.ts'
import {
  FeetechDriver,
  type FeetechDriverOptions,
} from '../../../robot/bus/drivers/feetech-driver.ts'
import type { ServoBusOptions } from '../../../robot/bus/twin/bus.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { createVirtualTwin, type VirtualTwin } from '../../../robot/bus/twin/twin-virtual.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { type ArmDescription, armSchema } from '../../../robot/model/arm.schema.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { FirstOrderPlant } from './first-order-plant.ts'

export const so101: ArmDescription = loadConfig('arms', 'so101', armSchema)

export interface TwinArm extends VirtualTwin {
  readonly clock: VirtualClock
  readonly plant: FirstOrderPlant
  readonly driver: FeetechDriver
}

/** An SO-101 twin on virtual time with a driver on it, not yet opened. */
export async function createTwinArm(
  bus: Partial<ServoBusOptions> = {},
  driver: Partial<FeetechDriverOptions> = {},
): Promise<TwinArm> {
  const clock = new VirtualClock()
  const plant = new FirstOrderPlant(6)
  const twin = await createVirtualTwin({
    servos: twinServosOf(so101),
    plant,
    clock,
    random: new RandomStream(1),
    ...bus,
  })
  const options = {
    arm: so101,
    calibration: nominalCalibration(so101),
    transport: twin.transport,
    clock,
    ...driver,
  }
  return { ...twin, clock, plant, driver: new FeetechDriver(options) }
}
