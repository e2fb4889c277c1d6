import { yawOf } from '../../robot/model/pose.ts'
import { GoalHolder, ObjectTracker } from './object-tracker.ts'
import type { VirtualArm, VirtualArmOptions } from './virtual-arm.ts'
import { createVirtualBus } from './virtual-bus.ts'

/** An arm of servos on a bus: driver and wire protocol as on a serial device. */
export async function createVirtualSerialArm(options: VirtualArmOptions): Promise<VirtualArm> {
  const { clock } = options
  const object = new ObjectTracker()
  const goal = new GoalHolder()
  const { driver, world } = await createVirtualBus({
    ...options,
    onCameraFrame: ({ stampS, position, quaternion }) => {
      const [xM, yM, zM] = position
      object.accept(stampS, xM, yM, clock.now(), { zM, yawRad: yawOf(quaternion) })
    },
  })
  let hasReset = false
  return {
    plant: world.plant,
    driver,
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
