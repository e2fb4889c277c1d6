import { ServoBusDriver } from '../../robot/bus/drivers/servo-bus-driver.ts'
import { createVirtualTwin, type VirtualTwin } from '../../robot/bus/twin/twin-virtual.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import {
  armInReality,
  createTwinWorld,
  type TwinWorld,
  type TwinWorldOptions,
  twinBusOptions,
} from './twin-world.ts'

export interface VirtualBus extends VirtualTwin {
  readonly world: TwinWorld
  readonly driver: ServoBusDriver
}

/**
 * An emulated set-up inside the process, its servo bus over its mechanics, and the driver for it, not yet open: as on a
 * serial device. Its owner disposes of the world.
 */
export async function createVirtualBus(options: TwinWorldOptions): Promise<VirtualBus> {
  const { arm, clock, reality } = options
  const world = await createTwinWorld(options)
  const { bus, transport } = await createVirtualTwin(twinBusOptions(options, world))
  world.attach(bus)
  const driver = new ServoBusDriver({
    arm: armInReality(arm, reality),
    calibration: nominalCalibration(arm),
    transport,
    clock,
  })
  return { world, bus, transport, driver }
}
