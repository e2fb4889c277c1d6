import { stampOf } from '../../../bridge/recording/ros-values.ts'
import type { RosGraph, RosNode, RosPublisher } from '../../../bridge/ros/graph.ts'
import type { JointState, JointTrajectory } from '../../../bridge/ros/interfaces.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { COMMAND_QOS } from '../../../bridge/ros/qos.ts'
import { type RosConfig, rosSchema } from '../../../bridge/ros/ros.schema.ts'
import { RosDriver } from '../../../bridge/ros/ros-driver.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

const EPOCH_S = 1_700_000_000
export const PERIOD_S = 0.01
const panda = loadArmDescription('panda')
export const ARM_JOINTS = panda.joints
  .filter(({ group }) => group === 'arm')
  .map(({ name }) => name)
export const FINGER = 'panda_finger_joint1'
const JTC = { kind: 'jointTrajectory', controller: 'jtc' } as const

/** A graph on virtual time with a robot whose joint states a test tells, and who listens to set-points. */
export class DriverRig {
  readonly clock = new VirtualClock()
  readonly domain: MemoryDomain
  readonly graph: RosGraph
  /** The robot's side. */
  readonly robot: RosNode
  readonly states: RosPublisher<JointState>
  /** What came on the topic of a joint_trajectory_controller `jtc`. */
  readonly trajectories: { readonly timeS: number; readonly message: JointTrajectory }[] = []

  constructor() {
    const { clock } = this
    this.domain = new MemoryDomain({ clock, epochOffsetS: EPOCH_S, latencyS: 0.001 })
    this.graph = this.domain.graph()
    this.robot = this.graph.createNode({ name: 'robot' })
    this.states = this.robot.publisher('sensor_msgs/msg/JointState', '/joint_states', COMMAND_QOS)
    this.robot.subscribe(
      'trajectory_msgs/msg/JointTrajectory',
      '/jtc/joint_trajectory',
      COMMAND_QOS,
      (message) => void this.trajectories.push({ timeS: clock.now(), message }),
    )
  }

  tell(changes: Partial<JointState> = {}, ageS = 0): void {
    const name = changes.name ?? ARM_JOINTS
    this.states.publish({
      header: { stamp: stampOf(this.robot.now() - ageS), frame_id: '' },
      name,
      position: name.map((_, i) => 0.1 * i),
      velocity: [],
      effort: [],
      ...changes,
    })
  }

  /** Joint states at 100 Hz until `endS`. */
  keepTelling(endS: number, what: () => void = () => this.tell()): void {
    const next = () => {
      if (this.clock.now() >= endS) return
      what()
      this.clock.schedule(this.clock.now() + PERIOD_S, next)
    }
    next()
  }

  /** @param graph - of another process */
  driver(changes: object = {}, graph: RosGraph = this.graph): RosDriver {
    const { clock } = this
    const config: RosConfig = rosSchema.parse({
      ...{ command: JTC, waitS: 2, controllerManager: '', ...changes },
    })
    const node = graph.createNode({ name: 'host' })
    return new RosDriver({ arm: panda, config, node, clock, periodS: PERIOD_S })
  }
}

/** The same place for all joints. */
export const goalAt = (q: number, length = 7) => new Float64Array(length).fill(q)

/** A gripper's section of the config. */
export function gripper(kind: string) {
  const scale = kind === 'gripperCommand' ? 2 : 1
  return { kind, action: '/hand/gripper_cmd', joint: FINGER, scale, maxEffort: 20 }
}
