import { loadConfig } from '../../../configs/load/load.node.ts'
import {
  ServoBusDriver,
  type ServoBusDriverOptions,
} from '../../../robot/bus/drivers/servo-bus-driver.ts'
import type { ServoBusOptions } from '../../../robot/bus/twin/bus.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { createVirtualTwin, type VirtualTwin } from '../../../robot/bus/twin/twin-virtual.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { type ArmDescription, armSchema } from '../../../robot/model/arm.schema.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { FirstOrderPlant } from './first-order-plant.ts'

export const so101: ArmDescription = loadConfig('arms', 'so101', armSchema)
export const koch: ArmDescription = loadConfig('arms', 'koch', armSchema)

export interface TwinArm extends VirtualTwin {
  readonly clock: VirtualClock
  readonly plant: FirstOrderPlant
  readonly driver: ServoBusDriver
}

/** An arm's twin on virtual time with a driver on it, not yet opened. */
export async function createTwinArm(
  bus: Partial<ServoBusOptions> = {},
  driver: Partial<ServoBusDriverOptions> = {},
): Promise<TwinArm> {
  const { arm = so101 } = driver
  const clock = new VirtualClock()
  const servos = twinServosOf(arm)
  const plant = new FirstOrderPlant(servos.servos.length)
  plant.supplyV.set(supplies(arm))
  const twin = await createVirtualTwin({
    ...servos,
    plant,
    clock,
    random: new RandomStream(1),
    ...bus,
  })
  const options = {
    arm,
    calibration: nominalCalibration(arm),
    transport: twin.transport,
    clock,
    ...driver,
  }
  return { ...twin, clock, plant, driver: new ServoBusDriver(options) }
}

/** Voltage that each servo is made for. */
export const supplies = ({ bus, joints }: ArmDescription): number[] =>
  joints.flatMap(({ servo }) => (servo === undefined ? [] : [servo.supplyV ?? bus!.supplyV]))
