import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { EventClock, ScheduledEvent } from '../../../robot/model/clock.ts'
import { writeUrdf } from '../../../robot/model/urdf/write-urdf.ts'
import { JointImpedance } from '../../../sim/world/joint-impedance.ts'
import type { MujocoPlant } from '../../../sim/world/mujoco-plant.ts'
import { objectTopic } from '../../deploy/object-topic.ts'
import type { CameraFrame } from '../../deploy/twin-object-camera.ts'
import { rosPose, stampOf, uprightPose } from '../../recording/ros-values.ts'
import type { RosGraph, RosNode, RosPublisher } from '../graph.ts'
import type { Header, MessageTypes } from '../interfaces.ts'
import { COMMAND_QOS, LATCHED_QOS } from '../qos.ts'
import type { RosConfig } from '../ros.schema.ts'
import { serveController } from './serve-controller.ts'
import { serveGripper } from './serve-gripper.ts'
import { TrajectoryController } from './trajectory-controller.ts'

const ONE_OBJECT = [{ name: 'object' }]
/** The usual rate of a controller manager. */
const UPDATE_RATE_HZ = 100

export interface RosTwinOptions {
  readonly arm: ArmDescription
  readonly plant: MujocoPlant
  readonly graph: RosGraph
  readonly clock: EventClock
  /** Names of topics, joints and controllers. */
  readonly config: RosConfig
  /** Of the task that is played, in its order; default: one. */
  readonly objects?: readonly { readonly name: string }[]
}

/**
 * An emulated arm as ROS 2 sees one behind ros2_control: joint states, one controller at 100 Hz, a gripper's action;
 * and what a camera program would publish. Its joints obey a `JointImpedance` at every step of the mechanics.
 */
export class RosTwin {
  readonly node: RosNode
  readonly #options: RosTwinOptions
  readonly #nodes: RosNode[]
  readonly #impedance: JointImpedance
  readonly #controller: TrajectoryController
  readonly #gripper: ReturnType<typeof serveGripper> | undefined
  readonly #beganS: number
  readonly #names: string[]
  readonly #publishers: {
    readonly jointStates: RosPublisher<MessageTypes['sensor_msgs/msg/JointState']>
    readonly objects: readonly RosPublisher<MessageTypes['geometry_msgs/msg/PoseStamped']>[]
    readonly goal: RosPublisher<MessageTypes['geometry_msgs/msg/PoseStamped']>
    readonly reset: RosPublisher<object>
  }
  #update: ScheduledEvent | undefined
  #isHeld = false

  constructor(options: RosTwinOptions) {
    const { arm, plant, graph, clock, config, objects = ONE_OBJECT } = options
    const node = graph.createNode({ name: `${arm.name}_twin` })
    const controllerNode = graph.createNode({ name: config.command.controller })
    const inRos = (name: string) => config.jointNames[name] ?? name
    const armJoints = arm.joints.filter(({ group }) => group === 'arm')
    this.node = node
    this.#options = options
    this.#nodes = [node, controllerNode]
    this.#names = arm.joints.map(({ name }) => inRos(name))
    this.#beganS = clock.now()
    this.#impedance = new JointImpedance(arm, plant.positionRad)
    this.#controller = new TrajectoryController(
      { joints: armJoints.map(({ name }) => inRos(name)), periodS: 1 / UPDATE_RATE_HZ },
      plant.positionRad.slice(0, armJoints.length),
    )
    serveController(controllerNode, config.command, this.#controller, () => {
      this.#isHeld = true
    })
    this.#gripper =
      config.gripper &&
      serveGripper(node, config.gripper, {
        clock,
        position: () => plant.positionRad[this.#fingers[0]!]!,
        speed: () => plant.velocityRadPerS[this.#fingers[0]!]!,
        move: (position) => {
          for (const finger of this.#fingers) this.#impedance.target[finger] = position
        },
      })
    this.#publishers = {
      jointStates: node.publisher('sensor_msgs/msg/JointState', config.jointStates, COMMAND_QOS),
      objects: objects.map((_, index) =>
        node.publisher('geometry_msgs/msg/PoseStamped', objectTopic(objects, index), COMMAND_QOS),
      ),
      goal: node.publisher('geometry_msgs/msg/PoseStamped', '/goal/pose', LATCHED_QOS),
      reset: node.publisher('std_msgs/msg/Empty', '/reset', COMMAND_QOS),
    }
    const description = node.publisher('std_msgs/msg/String', '/robot_description', LATCHED_QOS)
    description.publish({ data: writeUrdf(arm) })
  }

  /** Whether somebody has given the controller a set-point. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Joint states and updates of the controller from now on. */
  start(): void {
    const { clock } = this.#options
    const beganS = clock.now()
    const update = (count: number) => {
      this.#update = clock.schedule(beganS + count / UPDATE_RATE_HZ, () => {
        this.#cycle()
        // Updates that a busy computer missed are not made up for.
        const due = Math.floor((clock.now() - beganS) * UPDATE_RATE_HZ)
        update(Math.max(count, due) + 1)
      })
    }
    update(1)
  }

  /** Brings the mechanics up to now. */
  advance(): void {
    const { clock, plant } = this.#options
    plant.advance(clock.now() - this.#beganS, this.#impedance)
  }

  publishObject({ object, stampS, position, quaternion }: CameraFrame): void {
    const { clock } = this.#options
    this.#publishers.objects[object]!.publish({
      header: this.#header(this.node.now() - (clock.now() - stampS)),
      pose: rosPose(position, quaternion),
    })
  }

  /** A goal [m], at the object's height where it has none, then that an episode begins. */
  announce(goal: Float64Array): void {
    const z = goal[2] ?? this.#options.plant.objectPose().position[2]!
    this.#publishers.goal.publish({
      header: this.#header(this.node.now()),
      pose: uprightPose(goal[0]!, goal[1]!, z, 0),
    })
    this.#publishers.reset.publish({})
  }

  close(): void {
    this.#update?.cancel()
    for (const node of this.#nodes) node.close()
  }

  /** Joints of the gripper, which mirror each other. */
  get #fingers(): number[] {
    return this.#options.arm.joints.flatMap(({ group }, i) => (group === 'gripper' ? [i] : []))
  }

  #cycle(): void {
    const { plant } = this.#options
    this.advance()
    const n = this.#controller.joints.length
    const [position, velocity] = [plant.positionRad, plant.velocityRadPerS]
    const nowS = this.node.now()
    this.#publishers.jointStates.publish({
      header: this.#header(nowS, ''),
      name: this.#names,
      position: Array.from(position),
      velocity: Array.from(velocity),
      effort: Array.from(this.#impedance.torqueNm),
    })
    this.#controller.update(nowS, position.slice(0, n), velocity.slice(0, n))
    this.#impedance.target.set(this.#controller.command)
    this.#gripper?.update()
  }

  #header(timeS: number, frame_id = this.#options.arm.baseLink): Header {
    return { stamp: stampOf(timeS), frame_id }
  }
}
