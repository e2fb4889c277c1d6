import { yawOf } from '../../robot/model/pose.ts'
import { createGoalHolder, ObjectTracker } from './object-tracker.ts'
import type { VirtualArm, VirtualArmOptions } from './virtual-arm.ts'
import { createVirtualBus } from './virtual-bus.ts'

/** An arm of servos on a bus: driver and wire protocol as on a serial device. */
export async function createVirtualSerialArm(options: VirtualArmOptions): Promise<VirtualArm> {
  const { clock, task } = options
  const goal = createGoalHolder(task?.control)
  const { driver, world } = await createVirtualBus({
    ...options,
    onCameraFrame: ({ object, stampS, position, quaternion }) => {
      const [xM, yM, zM] = position
      objects[object]!.accept(stampS, xM, yM, clock.now(), { zM, yawRad: yawOf(quaternion) })
    },
  })
  const objects = world.plant.state.objects.map(() => new ObjectTracker())
  let hasReset = false
  return {
    plant: world.plant,
    driver,
    objects,
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
    announce([xM, yM, zM]) {
      goal.set(xM!, yM!, zM)
      hasReset = true
    },
    dispose: () => world.dispose(),
  }
}
