import { beforeEach, describe, expect, it } from 'vitest'
import { Citizen } from '../../../bridge/ros/citizen.ts'
import { COMMAND_QOS } from '../../../bridge/ros/qos.ts'
import { rosSchema } from '../../../bridge/ros/ros.schema.ts'
import { RosDriver } from '../../../bridge/ros/ros-driver.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { ARM_JOINTS, DriverRig, FINGER, goalAt, gripper, PERIOD_S } from './driver-rig.ts'

let rig: DriverRig
beforeEach(() => {
  rig = new DriverRig()
})

const FORWARD = { kind: 'forwardCommand', controller: 'fwd' }

describe('an arm whose nodes come up one after the other', () => {
  it('is asked for its order of joints only once its controller is found', async () => {
    rig.clock.schedule(0.5, () => {
      const controller = rig.graph.createNode({ name: 'fwd' })
      controller.declareParameter('joints', ARM_JOINTS)
      controller.subscribe('std_msgs/msg/Float64MultiArray', '~/commands', COMMAND_QOS, () => {})
    })
    rig.keepTelling(3)
    const arm = rig.driver({ command: FORWARD })
    await rig.clock.run(() => arm.open())
    expect(rig.clock.now()).toBeGreaterThan(0.5)
  })

  it('is given up where the controller never comes', async () => {
    rig.keepTelling(5)
    const opening = rig.clock.run(() => rig.driver({ command: FORWARD }).open())
    await expect(opening).rejects.toMatchObject({
      code: 'BRIDGE_ROS_SILENT',
      message: expect.stringContaining('/fwd/get_parameters'),
    })
  })

  it('tells that simulated time does not come', async () => {
    const node = rig.graph.createNode({ name: 'host' })
    Object.defineProperty(node, 'now', { value: () => 0 })
    const config = rosSchema.parse({ command: { kind: 'jointTrajectory', controller: 'jtc' } })
    const options = { node, config, clock: rig.clock, periodS: PERIOD_S }
    const arm = new RosDriver({ ...options, arm: loadArmDescription('panda') })
    rig.keepTelling(12)
    await expect(rig.clock.run(() => arm.open())).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_SILENT',
      message: expect.stringContaining('/clock'),
    })
  })
})

describe('a controller that is not active', () => {
  /** Opens an arm beside a controller manager that knows `jtc` in this state. */
  async function open(state: string, name = 'jtc') {
    const manager = rig.graph.createNode({ name: 'controller_manager' })
    manager.service('controller_manager_msgs/srv/ListControllers', '~/list_controllers', () => ({
      controller: [
        { name: 'joint_state_broadcaster', state: 'active' },
        { name, state },
      ],
    }))
    rig.keepTelling(3)
    await rig.clock.run(() => rig.driver({ controllerManager: 'controller_manager' }).open())
  }

  it('is refused with how to switch it on, though it listens', async () => {
    await expect(open('inactive')).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_SILENT',
      message: 'jtc is inactive',
      hint: 'ros2 control switch_controllers --activate jtc',
    })
  })

  it.each([
    ['active', 'jtc'],
    ['inactive', 'of_another_manager'],
  ])('is another thing than one that is %s: %s', async (state, name) => {
    await expect(open(state, name)).resolves.toBeUndefined()
  })

  it('is not looked for where nobody manages controllers', async () => {
    rig.keepTelling(3)
    const arm = rig.driver({ controllerManager: 'controller_manager' })
    await expect(rig.clock.run(() => arm.open())).resolves.toBeUndefined()
  })
})

describe('an arm in a namespace', () => {
  it('has joint states and controllers in the same one', async () => {
    const left = rig.domain.graph(['--ros-args', '-r', '__ns:=/left'])
    const robot = left.createNode({ name: 'robot' })
    const states = robot.publisher('sensor_msgs/msg/JointState', 'joint_states', COMMAND_QOS)
    const heard: number[] = []
    robot.subscribe(
      'trajectory_msgs/msg/JointTrajectory',
      '/left/jtc/joint_trajectory',
      COMMAND_QOS,
      ({ points }) => void heard.push(points[0]!.positions[0]!),
    )
    rig.keepTelling(3, () =>
      states.publish({ name: ARM_JOINTS, position: goalAt(0.25), velocity: [], effort: [] }),
    )
    const arm = rig.driver({}, left)
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
    })
    expect(heard).toEqual([0.25])
    expect(rig.trajectories).toEqual([])
  })
})

describe('a goal that is lost', () => {
  it('ends the run instead of standing still', async () => {
    const handlers = { request: () => true, accepted: () => {}, cancel: () => null }
    const type = 'control_msgs/action/FollowJointTrajectory'
    const serve = () => rig.robot.actionServer(type, '/jtc/follow_joint_trajectory', handlers)
    const first = serve()
    rig.keepTelling(5)
    const arm = rig.driver({ command: { kind: 'followJointTrajectory', controller: 'jtc' } })
    const streaming = rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      await rig.clock.sleepUntil(rig.clock.now() + 0.2)
      await arm.write(goalAt(0.1))
      // Restarted while the goal was on its way.
      first.close()
      rig.clock.schedule(rig.clock.now() + 0.005, serve)
      for (let k = 0; k < 300; k++) {
        await rig.clock.sleepUntil(rig.clock.now() + PERIOD_S)
        await arm.write(goalAt(0.1))
      }
    })
    await expect(streaming).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_SILENT',
      message: expect.stringContaining('no answer to a goal'),
    })
  })
})

describe('a gripper', () => {
  it('is told the joint by its name in ROS', async () => {
    const names: string[] = []
    rig.robot.actionServer('control_msgs/action/ParallelGripperCommand', '/hand/gripper_cmd', {
      request: () => true,
      accepted: ({ goal }) => void names.push(...goal.command.name),
      cancel: () => null,
    })
    rig.keepTelling(3, () => {
      rig.tell()
      rig.tell({ name: ['fr3_finger'], position: [0.04] })
    })
    const named = { [FINGER]: 'fr3_finger' }
    const arm = rig.driver({ gripper: gripper('parallelGripperCommand'), jointNames: named })
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
    })
    expect(names).toEqual(['fr3_finger'])
  })
})

describe('two deployments of one name', () => {
  it('find each other, and the second ends', () => {
    const config = rosSchema.parse({ command: { kind: 'jointTrajectory', controller: 'jtc' } })
    const join = (...args: string[]) => {
      const node = rig.domain.graph(['--ros-args', ...args]).createNode({ name: 'sim2arm' })
      return new Citizen({ node, config, arm: 'panda', counts: () => ({}) })
    }
    const first = join()
    expect(() => first.checkAlone()).not.toThrow()
    expect(() => join('-r', '__node:=second_arm').checkAlone()).not.toThrow()
    expect(() => join().checkAlone()).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_ROS_NAME',
        hint: expect.stringContaining('__node:='),
      }),
    )
  })
})
