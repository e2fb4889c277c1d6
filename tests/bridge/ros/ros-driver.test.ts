import { beforeEach, describe, expect, it } from 'vitest'
import type { ServerGoal } from '../../../bridge/ros/graph.ts'
import type { ActionTypes } from '../../../bridge/ros/interfaces.ts'
import { COMMAND_QOS } from '../../../bridge/ros/qos.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { ARM_JOINTS, DriverRig, goalAt, PERIOD_S } from './driver-rig.ts'

type Follow = ActionTypes['control_msgs/action/FollowJointTrajectory']

let rig: DriverRig
beforeEach(() => {
  rig = new DriverRig()
})

describe('set-points to a joint_trajectory_controller', () => {
  it('begin where the arm is measured, and are trajectories of one point', async () => {
    const arm = rig.driver({ jointNames: { panda_joint1: 'fr3_joint1' } })
    const name = ['fr3_joint1', ...ARM_JOINTS.slice(1)]
    rig.keepTelling(1, () => rig.tell({ name, position: [0, 1, 2, 3, 4, 5, 6] }))
    await rig.clock.run(async () => {
      await arm.open()
      await arm.write(goalAt(9))
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
      expect(rig.trajectories).toEqual([])
      await arm.enable()
      await arm.write(goalAt(0.5))
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
    })
    const [first, second] = rig.trajectories.map(({ message }) => message)
    expect(Array.from(first!.points[0]!.positions)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(first).toMatchObject({
      header: { stamp: { sec: 0, nanosec: 0 } },
      joint_names: name,
      points: [{ time_from_start: { sec: 0, nanosec: 10_000_000 } }],
    })
    expect(first!.points[0]!.velocities).toHaveLength(0)
    expect(Array.from(second!.points[0]!.positions)).toEqual(Array.from(goalAt(0.5)))
  })

  it('stop when joint states do, and reading ends in an error later', async () => {
    const arm = rig.driver({ staleness: { holdS: 0.1, lostS: 1 } })
    rig.keepTelling(1)
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      const reading = createReading(7)
      let numSent = 0
      for (let k = 0; rig.clock.now() < 1.6; k++) {
        await arm.read(reading)
        if (await arm.write(goalAt(0.001 * k))) numSent++
        await rig.clock.sleepUntil(rig.clock.now() + PERIOD_S)
      }
      // And the one that enabling begins with.
      expect(rig.trajectories).toHaveLength(1 + numSent)
      expect(rig.trajectories.at(-1)!.timeS).toBeGreaterThan(1.05)
      expect(rig.trajectories.at(-1)!.timeS).toBeLessThan(1.12)
      expect(arm.statistics['withheld']).toBeGreaterThan(30)
      await rig.clock.sleepUntil(2.2)
      await expect(arm.read(reading)).rejects.toMatchObject({ code: 'ROBOT_CONTROLLER_SILENT' })
    })
  })

  it('that are no numbers never leave', async () => {
    const arm = rig.driver()
    rig.keepTelling(1)
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      const wrong = goalAt(0)
      wrong[3] = Number.NaN
      await expect(arm.write(wrong)).rejects.toMatchObject({ code: 'ROBOT_ARM_INVALID' })
    })
  })

  it('find out when the controller goes', async () => {
    const arm = rig.driver({
      command: { kind: 'forwardCommand', controller: 'fwd', joints: ARM_JOINTS },
    })
    const commands = rig.robot.subscribe(
      'std_msgs/msg/Float64MultiArray',
      '/fwd/commands',
      COMMAND_QOS,
      () => {},
    )
    rig.keepTelling(1)
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      commands.close()
      await expect(arm.write(goalAt(0))).rejects.toMatchObject({ code: 'ROBOT_CONTROLLER_SILENT' })
    })
  })
})

it.each(['jointTrajectory', 'followJointTrajectory'])(
  'set-points by %s are refused when the controller moves other joints',
  async (kind) => {
    const controller = rig.graph.createNode({ name: 'jtc' })
    controller.declareParameter('joints', [...ARM_JOINTS.slice(0, 6), 'other'])
    controller.actionServer(
      'control_msgs/action/FollowJointTrajectory',
      '~/follow_joint_trajectory',
      { request: () => true, accepted() {}, cancel: () => null },
    )
    const arm = rig.driver({ command: { kind, controller: 'jtc' } })
    rig.keepTelling(3)
    await rig.clock.run(async () => {
      await expect(arm.open()).rejects.toMatchObject({
        code: 'ROBOT_CONTROLLER_MISMATCH',
        message: expect.stringContaining('other'),
      })
    })
  },
)

it.each([
  [false, 'set allow_partial_joints_goal: true there'],
  [true, undefined],
])(
  'a controller of more joints than these, allow_partial_joints_goal %s, is told with %s',
  async (isPartial, hint) => {
    const controller = rig.graph.createNode({ name: 'jtc' })
    controller.declareParameter('joints', [...ARM_JOINTS, 'finger'])
    controller.declareParameter('allow_partial_joints_goal', isPartial)
    const type = 'trajectory_msgs/msg/JointTrajectory'
    controller.subscribe(type, '~/joint_trajectory', COMMAND_QOS, () => {})
    const arm = rig.driver({ command: { kind: 'jointTrajectory', controller: 'jtc' } })
    rig.keepTelling(3)
    const opened = rig.clock.run(() => arm.open())
    if (hint === undefined) await opened
    else {
      const refusal = { code: 'ROBOT_CONTROLLER_MISMATCH', hint }
      await expect(opened).rejects.toMatchObject(refusal)
    }
  },
)

describe('set-points to a forward_command_controller', () => {
  const shuffled = [3, 0, 6, 1, 5, 2, 4].map((i) => ARM_JOINTS[i]!)

  async function sent(joints: readonly string[], command = {}): Promise<number[][]> {
    const got: number[][] = []
    const controller = rig.graph.createNode({ name: 'fwd' })
    controller.declareParameter('joints', joints)
    controller.subscribe(
      'std_msgs/msg/Float64MultiArray',
      '~/commands',
      COMMAND_QOS,
      ({ data }) => {
        got.push(Array.from(data))
      },
    )
    const arm = rig.driver({ command: { kind: 'forwardCommand', controller: 'fwd', ...command } })
    rig.keepTelling(3)
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      await arm.write(Float64Array.from([0, 1, 2, 3, 4, 5, 6]))
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
    })
    return got
  }

  it('come in the order of the controller’s own parameter', async () => {
    expect((await sent(shuffled)).at(-1)).toEqual([3, 0, 6, 1, 5, 2, 4])
  })

  it('come in the order of the config, where that says one', async () => {
    expect((await sent(['unasked'], { joints: [...ARM_JOINTS].reverse() })).at(-1)).toEqual([
      6, 5, 4, 3, 2, 1, 0,
    ])
  })

  it('are refused when the controller moves other joints', async () => {
    await expect(sent([...ARM_JOINTS.slice(0, 6), 'other'])).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_MISMATCH',
      message: expect.stringContaining('other'),
    })
  })
})

describe('set-points as goals of FollowJointTrajectory', () => {
  const command = { kind: 'followJointTrajectory', controller: 'jtc', goalRateHz: 10 }

  /** Streams at 100 Hz for a second; the server does with each goal what `onGoal` says. */
  async function stream(onGoal: (goal: ServerGoal<Follow>, count: number) => boolean) {
    const goals: number[] = []
    rig.robot.actionServer(
      'control_msgs/action/FollowJointTrajectory',
      '/jtc/follow_joint_trajectory',
      {
        request: () => onGoal(undefined as never, goals.length),
        accepted: (goal) => {
          goals.push(goal.goal.trajectory.points[0]!.positions[0]!)
          onGoal(goal, goals.length)
        },
        cancel: () => null,
      },
    )
    const arm = rig.driver({ command })
    rig.keepTelling(3)
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      for (let k = 1; k <= 100; k++) {
        await arm.write(goalAt(0.01 * k))
        await rig.clock.sleepUntil(rig.clock.now() + PERIOD_S)
      }
      await arm.close()
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
    })
    return goals
  }

  it('are fewer, each the newest; a goal that was replaced may end as it likes', async () => {
    let running: ServerGoal<Follow> | undefined
    const goals = await stream((goal) => {
      if (goal === undefined) return true
      running?.abort({ error_code: -1, error_string: 'preempted' })
      running = goal
      return true
    })
    expect(goals.length).toBeGreaterThan(8)
    expect(goals.length).toBeLessThan(13)
    expect(goals.at(-1)).toBeCloseTo(1, 9)
  })

  it('end the run when one is aborted', async () => {
    const aborted = stream((goal, count) => {
      if (count === 3) goal?.abort({ error_code: -4, error_string: 'too far' })
      return true
    })
    await expect(aborted).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_FAULT',
      message: expect.stringMatching(/path tolerance violated. too far/),
    })
  })

  it('end the run when one is refused', async () => {
    const refused = stream((_goal, count) => count < 2)
    await expect(refused).rejects.toMatchObject({ code: 'ROBOT_CONTROLLER_FAULT' })
  })
})

describe('set-points as speeds for MoveIt Servo', () => {
  it('are the speed of the set-point and one towards it', async () => {
    const speeds: number[] = []
    rig.robot.subscribe(
      'control_msgs/msg/JointJog',
      '/servo_node/delta_joint_cmds',
      COMMAND_QOS,
      (m) => {
        expect(m.joint_names).toEqual(ARM_JOINTS)
        speeds.push(m.velocities[0]!)
      },
    )
    const arm = rig.driver({ command: { kind: 'jointJog', gainPerS: 4 } })
    rig.keepTelling(3, () => rig.tell({ position: goalAt(0.5) }))
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      for (const goal of [0.5, 0.502, 0.502]) await arm.write(goalAt(goal))
      await rig.clock.sleepUntil(rig.clock.now() + 0.1)
    })
    // 2 mrad in 10 ms, and a quarter of a second to make up for 2 mrad.
    const expected = [0, 0, 0.2 + 0.008, 0.008]
    expect(speeds).toEqual(expected.map((speed) => expect.closeTo(speed, 9)))
  })
})
