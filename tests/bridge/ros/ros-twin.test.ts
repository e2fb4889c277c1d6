import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stampOf } from '../../../bridge/recording/ros-values.ts'
import type { RosGraph, RosNode } from '../../../bridge/ros/graph.ts'
import type { JointState } from '../../../bridge/ros/interfaces.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { COMMAND_QOS, LATCHED_QOS, SENSOR_QOS } from '../../../bridge/ros/qos.ts'
import { rosSchema } from '../../../bridge/ros/ros.schema.ts'
import { RosTwin } from '../../../bridge/ros/twin/ros-twin.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadMujoco, type MujocoModule } from '../../../sim/engines/mujoco-scene.ts'
import { createMujocoPlant, type MujocoPlant } from '../../../sim/world/mujoco-plant.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

const panda = loadArmDescription('panda')
const JOINTS = panda.joints.filter(({ group }) => group === 'arm').map(({ name }) => name)
const REST = JOINTS.map((name) => panda.poses.rest[name]!)
const GRIPPER = { action: '/hand/gripper_cmd', joint: 'panda_finger_joint1', maxEffort: 20 }

let module: MujocoModule | undefined
let clock: VirtualClock
let plant: MujocoPlant
let graph: RosGraph
let user: RosNode
let state: JointState
let numStates: number

async function start(command: object, reality = 'panda-nominal'): Promise<RosTwin> {
  module ??= await loadMujoco()
  clock = new VirtualClock()
  plant = await createMujocoPlant({ arm: panda, reality: loadReality(reality), module })
  const domain = new MemoryDomain({ clock, epochOffsetS: 1e9 })
  graph = domain.graph()
  const config = rosSchema.parse({
    command,
    gripper: { ...GRIPPER, kind: 'parallelGripperCommand' },
  })
  const twin = new RosTwin({ arm: panda, plant, graph, clock, config })
  user = domain.graph().createNode({ name: 'user' })
  numStates = 0
  user.subscribe('sensor_msgs/msg/JointState', '/joint_states', SENSOR_QOS, (message) => {
    state = message
    numStates++
  })
  twin.start()
  return twin
}

const jtc = () => start({ kind: 'jointTrajectory', controller: 'jtc' })
const place = (name: string) => state.position[state.name.indexOf(name)]!
const turned = (by: number) => [REST[0]! + by, ...REST.slice(1)]
const trajectory = (positions: number[], inS: number) => ({
  header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' },
  joint_names: JOINTS,
  points: [{ positions, time_from_start: stampOf(inS) }],
})

describe('the Panda emulated behind ROS 2', () => {
  beforeEach(() => {
    numStates = 0
  })
  afterEach(() => {
    graph.close()
    plant.dispose()
  })

  it('tells all joints at 100 Hz, at rest, holding itself against gravity', async () => {
    await jtc()
    await clock.advanceTo(1)
    expect(Math.abs(numStates - 100)).toBeLessThan(3)
    expect(state.name).toEqual(panda.joints.map(({ name }) => name))
    for (const [i, name] of JOINTS.entries()) expect(place(name), name).toBeCloseTo(REST[i]!, 3)
    // Joint 2 carries the arm; joint 1 stands upright.
    expect(Math.abs(state.effort[1]!)).toBeGreaterThan(10)
    expect(Math.abs(state.effort[0]!)).toBeLessThan(0.5)
  })

  it('says what it is, also to who comes later', async () => {
    await jtc()
    await clock.advanceTo(1)
    let urdf = ''
    user.subscribe('std_msgs/msg/String', '/robot_description', LATCHED_QOS, ({ data }) => {
      urdf = data
    })
    await clock.advanceTo(1.1)
    expect(urdf).toContain('<robot name="panda">')
  })

  it('follows a goal of the action, a tenth of a second behind, as the gains of its file say', async () => {
    const twin = await jtc()
    expect(twin.isHeld).toBe(false)
    const client = user.actionClient(
      'control_msgs/action/FollowJointTrajectory',
      '/jtc/follow_joint_trajectory',
    )
    const end = await clock.run(async () => {
      const goal = await client.send({ trajectory: trajectory(turned(0.4), 2) })
      await clock.sleepUntil(1.5)
      // 0.2 rad/s; damping over stiffness is 0.1 s.
      expect(place('panda_joint1')).toBeCloseTo(0.2 * (1.5 - 0.1), 2)
      const ended = await goal.ended
      await clock.sleepUntil(clock.now() + 1)
      return ended
    })
    expect(end).toMatchObject({ end: 'succeeded', result: { error_code: 0 } })
    expect(place('panda_joint1')).toBeCloseTo(0.4, 3)
    expect(twin.isHeld).toBe(true)
  })

  it('moves without chatter: the play of a gear does not shake its motor', async () => {
    await start({ kind: 'jointTrajectory', controller: 'jtc' }, 'panda-lab')
    const topic = user.publisher(
      'trajectory_msgs/msg/JointTrajectory',
      '/jtc/joint_trajectory',
      COMMAND_QOS,
    )
    topic.publish(
      trajectory(
        REST.map((q) => q + 0.2),
        1,
      ),
    )
    let jumpNm = 0
    let last = 0
    for (let k = 1; k <= 100; k++) {
      await clock.advanceTo(k / 100)
      const wrist = state?.effort[6] ?? 0
      if (k > 10) jumpNm = Math.max(jumpNm, Math.abs(wrist - last))
      last = wrist
    }
    // 5.8 when the damping acted on a shaft that rattles.
    expect(jumpNm).toBeLessThan(2)
  })

  it('follows the topic too', async () => {
    await jtc()
    const topic = user.publisher(
      'trajectory_msgs/msg/JointTrajectory',
      '/jtc/joint_trajectory',
      COMMAND_QOS,
    )
    topic.publish(trajectory(turned(-0.2), 0.5))
    await clock.advanceTo(2)
    expect(place('panda_joint1')).toBeCloseTo(-0.2, 3)
  })

  it('as a forward_command_controller passes on positions, dropping what is none', async () => {
    await start({ kind: 'forwardCommand', controller: 'fwd', joints: [...JOINTS].reverse() })
    const topic = user.publisher('std_msgs/msg/Float64MultiArray', '/fwd/commands', COMMAND_QOS)
    topic.publish({ data: turned(0.2).reverse() })
    await clock.advanceTo(1)
    expect(place('panda_joint1')).toBeCloseTo(0.2, 3)
    topic.publish({ data: [Number.NaN, ...turned(0).reverse().slice(1)] })
    topic.publish({ data: [0] })
    await clock.advanceTo(2)
    expect(place('panda_joint1')).toBeCloseTo(0.2, 3)
  })

  it('opens its gripper, and tells when it is there or stalled', async () => {
    await jtc()
    const client = user.actionClient('control_msgs/action/ParallelGripperCommand', GRIPPER.action)
    const command = (position: number) => ({
      name: [GRIPPER.joint],
      position: [position],
      velocity: [],
      effort: [20],
    })
    const [open, beyond] = await clock.run(async () => {
      const opening = await client.send({ command: command(0.035) })
      const opened = await opening.ended
      // The fingers end at 4 cm.
      const further = await client.send({ command: command(0.2) })
      return [opened, await further.ended]
    })
    expect(open).toMatchObject({ end: 'succeeded', result: { reached_goal: true, stalled: false } })
    expect(beyond).toMatchObject({ end: 'aborted', result: { reached_goal: false, stalled: true } })
    expect(place('panda_finger_joint2')).toBeCloseTo(place('panda_finger_joint1'), 3)
  })

  it('publishes poses with the time of their capture, and a goal before the reset', async () => {
    const twin = await jtc()
    const heard: string[] = []
    let stampS = 0
    user.subscribe('geometry_msgs/msg/PoseStamped', '/object/pose', SENSOR_QOS, ({ header }) => {
      stampS = header.stamp.sec + header.stamp.nanosec * 1e-9 - 1e9
    })
    user.subscribe(
      'geometry_msgs/msg/PoseStamped',
      '/goal/pose',
      SENSOR_QOS,
      () => void heard.push('goal'),
    )
    user.subscribe('std_msgs/msg/Empty', '/reset', COMMAND_QOS, () => void heard.push('reset'))
    await clock.advanceTo(1)
    twin.publishObject({
      ...{ object: 0, stampS: 0.9 },
      ...{ position: [0.5, 0, 0.02], quaternion: [0, 0, 0, 1] },
    })
    twin.announce(Float64Array.of(0.6, 0.1))
    await clock.advanceTo(1.1)
    expect(stampS).toBeCloseTo(0.9, 5)
    expect(heard).toEqual(['goal', 'reset'])
  })
})
