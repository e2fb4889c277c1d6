import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import { createVirtualRosArm } from '../ros/twin/virtual-ros-arm.ts'
import type { Stream } from '../streams/stream.ts'
import { TopicGraph } from '../streams/topic-graph.ts'
import { TwinTopics } from './twin-topics.ts'
import type { VirtualArmOptions } from './virtual-arm.ts'
import { createVirtualBus } from './virtual-bus.ts'

const JOINT_STATE_RATE_HZ = 50
/** Some day, so that no stamp is zero [s]. */
const EPOCH_S = 1_700_000_000

/** An emulated set-up in this process, its sensors the topics of a stream: what `sim:` is. */
export interface SimulatedArm {
  readonly plant: MujocoPlant
  readonly driver: ArmDriver & { readonly statistics: Readonly<Record<string, number>> }
  readonly stream: Pick<Stream, 'subscribe'>
  /** Seconds since 1970, as the stamps count them. */
  epochNow(): number
  /** Camera, joint states and controllers from now on. */
  start(): void
  /** Brings the mechanics up to now. */
  advance(): void
  /** Tells a goal [m], then that an episode begins. */
  announce(goal: Float64Array): void
  dispose(): void
}

/**
 * Servos behind their wire protocol; an arm without a servo bus behind ROS 2, its graph in this process.
 * @param options - nothing may happen on its clock after `dispose`: its owner calls them off before
 */
export function createSimulatedArm(options: VirtualArmOptions): Promise<SimulatedArm> {
  return options.arm.bus === undefined ? createVirtualRosArm(options) : simulateServos(options)
}

async function simulateServos(options: VirtualArmOptions): Promise<SimulatedArm> {
  const { arm, clock } = options
  const graph = new TopicGraph({ latched: ['/goal/pose'] })
  const topics = new TwinTopics(graph, arm, options.task?.objects ?? [], (timeS) => timeS + EPOCH_S)
  const { driver, world } = await createVirtualBus({
    ...options,
    onCameraFrame: (frame) => topics.object(frame),
  })
  const { plant } = world
  const tellJoints = () => {
    world.advance()
    topics.joints(clock.now(), plant)
    clock.schedule(clock.now() + 1 / JOINT_STATE_RATE_HZ, tellJoints)
  }
  return {
    plant,
    driver,
    stream: graph,
    epochNow: () => clock.now() + EPOCH_S,
    start() {
      world.camera.start()
      tellJoints()
    },
    advance: world.advance,
    announce: (goal) => topics.announce(clock.now(), goal, plant),
    dispose: () => world.dispose(),
  }
}
