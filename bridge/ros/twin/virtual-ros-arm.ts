import { objectTopic } from '../../deploy/object-topic.ts'
import { createGoalHolder } from '../../deploy/object-tracker.ts'
import type { SimulatedArm } from '../../deploy/simulated-arm.ts'
import { StreamFrames } from '../../deploy/stream-frames.ts'
import { subscribeGoal } from '../../deploy/stream-goals.ts'
import { StreamObjectSource, StreamRequests } from '../../deploy/stream-sources.ts'
import { createTwinWorld } from '../../deploy/twin-world.ts'
import type { VirtualArm, VirtualArmOptions } from '../../deploy/virtual-arm.ts'
import { MemoryDomain } from '../memory-graph.ts'
import { requireRos } from '../require-ros.ts'
import { RosDriver } from '../ros-driver.ts'
import { RosStream } from '../ros-stream.ts'
import { RosTwin } from './ros-twin.ts'

/** Some day, so that no stamp is zero [s]. */
const EPOCH_S = 1_700_000_000
/** From a publisher to a subscription on one machine [s]. */
const LATENCY_S = 0.0005

/** An arm behind ROS 2: driver, topics, controller and sensors as on a real graph, in this process. */
export async function createVirtualRosArm(
  options: VirtualArmOptions,
): Promise<VirtualArm & SimulatedArm> {
  const { arm, clock, config, periodS, task } = options
  const ros = requireRos(config)
  const domain = new MemoryDomain({ clock, epochOffsetS: EPOCH_S, latencyS: LATENCY_S })
  const graph = domain.graph()
  let twin: RosTwin | undefined
  const world = await createTwinWorld({
    ...options,
    onCameraFrame: (frame) => twin?.publishObject(frame),
  })
  const { plant } = world
  const objects = task?.objects ?? [{ name: 'object' }]
  const running = new RosTwin({ arm, plant, graph, clock, config: ros, objects })
  twin = running
  world.attach(running)
  const node = graph.createNode({ name: ros.node })
  const stream = new RosStream(node)
  const times = { now: () => clock.now(), epochNow: () => node.now() }
  const goal = createGoalHolder(task?.control)
  const { baseFrames } = config
  const frames = new StreamFrames({ stream, baseFrames, now: times.now })
  subscribeGoal({ stream, topic: '/goal/pose', goal, frames, now: times.now })
  return {
    plant,
    stream,
    epochNow: times.epochNow,
    // Nothing manages the emulated controller.
    driver: new RosDriver({
      ...{ arm, node, clock, periodS },
      config: { ...ros, controllerManager: '' },
    }),
    objects: objects.map((_, index) => {
      const topic = objectTopic(objects, index)
      return new StreamObjectSource({ stream, topic, frames: baseFrames, clock: times })
    }),
    goal,
    requests: new StreamRequests(stream, times.now),
    start() {
      running.start()
      world.camera.start()
    },
    advance: world.advance,
    announce: (place) => running.announce(place),
    dispose() {
      running.close()
      graph.close()
      world.dispose()
    },
  }
}
