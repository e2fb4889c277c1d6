import { ServoBusDriver } from '../../robot/bus/drivers/servo-bus-driver.ts'
import { createVirtualTwin } from '../../robot/bus/twin/twin-virtual.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { yawOf } from '../../robot/model/pose.ts'
import { GoalHolder, ObjectTracker } from './object-tracker.ts'
import {
  armInReality,
  createTwinWorld,
  type TwinWorldOptions,
  twinBusOptions,
} from './twin-world.ts'
import type { VirtualArm, VirtualArmOptions } from './virtual-arm.ts'

/** An arm of servos on a bus: driver and wire protocol as on a serial device. */
export async function createVirtualSerialArm(options: VirtualArmOptions): Promise<VirtualArm> {
  const { arm, clock, reality } = options
  const object = new ObjectTracker()
  const goal = new GoalHolder()
  const worldOptions: TwinWorldOptions = {
    ...options,
    onCameraFrame: ({ stampS, position, quaternion }) => {
      const [xM, yM, zM] = position
      object.accept(stampS, xM, yM, clock.now(), { zM, yawRad: yawOf(quaternion) })
    },
  }
  const world = await createTwinWorld(worldOptions)
  const { bus, transport } = await createVirtualTwin(twinBusOptions(worldOptions, world))
  world.attach(bus)
  let hasReset = false
  return {
    plant: world.plant,
    driver: new ServoBusDriver({
      arm: armInReality(arm, reality),
      calibration: nominalCalibration(arm),
      transport,
      clock,
    }),
    object,
    goal,
    requests: {
      takeReset: () => {
        const had = hasReset
        hasReset = false
        return had
      },
      isStopped: false,
    },
    start: () => world.camera.start(),
    advance: world.advance,
    announce(xy) {
      goal.set(xy[0]!, xy[1]!)
      hasReset = true
    },
    dispose: () => world.dispose(),
  }
}
