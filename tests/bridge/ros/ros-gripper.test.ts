import { beforeEach, describe, expect, it } from 'vitest'
import { DriverRig, FINGER, goalAt, gripper, PERIOD_S } from './driver-rig.ts'

let rig: DriverRig
beforeEach(() => {
  rig = new DriverRig()
})

describe('a gripper', () => {
  it('gets a goal when its command changes, not with every set-point', async () => {
    const goals: [number, number][] = []
    rig.robot.actionServer('control_msgs/action/ParallelGripperCommand', '/hand/gripper_cmd', {
      request: ({ command }) => command.name[0] === FINGER,
      accepted: ({ goal }) => void goals.push([goal.command.position[0]!, goal.command.effort[0]!]),
      cancel: () => null,
    })
    expect(await closed('parallelGripperCommand')).toBe(8)
    expect(goals).toEqual([
      [0.04, 20],
      [0, 20],
    ])
  })

  it('may be told its gap instead of the joint’s place', async () => {
    const goals: number[] = []
    rig.robot.actionServer('control_msgs/action/GripperCommand', '/hand/gripper_cmd', {
      request: () => true,
      accepted: ({ goal }) => void goals.push(goal.command.position),
      cancel: () => null,
    })
    await closed('gripperCommand')
    expect(goals).toEqual([0.08, 0])
  })

  it.each([
    ['two are told again', 2],
    ['three in a row end the run', 3],
  ])('may refuse goals: %s', async (_name, numRefused) => {
    const goals: number[] = []
    let asked = 0
    rig.robot.actionServer('control_msgs/action/GripperCommand', '/hand/gripper_cmd', {
      request: () => ++asked > numRefused,
      accepted: ({ goal }) => void goals.push(goal.command.position),
      cancel: () => null,
    })
    const end = closed('gripperCommand')
    if (numRefused === 3)
      await expect(end).rejects.toMatchObject({ code: 'ROBOT_CONTROLLER_FAULT' })
    else await end
    expect(goals).toEqual(numRefused === 3 ? [] : [0.08, 0])
  })

  it('that went away is noticed', async () => {
    const server = rig.robot.actionServer(
      'control_msgs/action/GripperCommand',
      '/hand/gripper_cmd',
      { request: () => true, accepted: () => void server.close(), cancel: () => null },
    )
    await expect(closed('gripperCommand')).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_SILENT',
    })
  })

  /** Half a second open, half a second closed; how many joints the driver has. */
  async function closed(kind: string): Promise<number> {
    const arm = rig.driver({ gripper: gripper(kind) })
    rig.keepTelling(3, () => {
      rig.tell()
      rig.tell({ name: [FINGER], position: [0.04] })
    })
    await rig.clock.run(async () => {
      await arm.open()
      await arm.enable()
      for (let k = 0; k < 100; k++) {
        const goal = goalAt(0, 8)
        goal[7] = k < 50 ? 0.04 : 0
        await arm.write(goal)
        await rig.clock.sleepUntil(rig.clock.now() + PERIOD_S)
      }
    })
    return arm.jointNames.length
  }
})
