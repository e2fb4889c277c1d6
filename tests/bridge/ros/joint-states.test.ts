import { beforeEach, describe, expect, it } from 'vitest'
import { COMMAND_QOS } from '../../../bridge/ros/qos.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { ARM_JOINTS, DriverRig, FINGER, goalAt, gripper } from './driver-rig.ts'

let rig: DriverRig
beforeEach(() => {
  rig = new DriverRig()
})

describe('joint states', () => {
  it('are taken by name, in any order, from several publishers', async () => {
    const arm = rig.driver({ gripper: gripper('parallelGripperCommand') })
    rig.tell({
      name: [...ARM_JOINTS].reverse(),
      position: [7, 6, 5, 4, 3, 2, 1],
      effort: goalAt(8.7),
    })
    rig.tell({ name: ['somebody_elses', FINGER], position: [9, 0.02] })
    await rig.clock.advanceTo(0.01)
    const reading = createReading(8)
    await arm.read(reading)
    expect(Array.from(reading.positionRad)).toEqual([1, 2, 3, 4, 5, 6, 7, 0.02])
    // Efforts as shares of 87 and 12 Nm; the finger told none.
    expect(Array.from(reading.load)).toEqual(
      [0.1, 0.1, 0.1, 0.1, 0.725, 0.725, 0.725, 0].map(closely),
    )
  })

  it('may leave joints out or call them NaN: those keep their value and age', async () => {
    const arm = rig.driver()
    rig.tell({ position: [1, 2, 3, 4, 5, 6, 7] })
    await rig.clock.advanceTo(0.3)
    rig.tell({ position: [1.5, Number.NaN, 3, 4, 5, 6, 7] })
    rig.tell({ name: ARM_JOINTS.slice(0, 2), position: [1.6] })
    await rig.clock.advanceTo(0.31)
    const reading = createReading(7)
    await arm.read(reading)
    expect(Array.from(reading.positionRad)).toEqual([1.6, 2, 3, 4, 5, 6, 7])
    expect(reading.ageS[0]).toBeCloseTo(0.01, 5)
    expect(reading.ageS[1]).toBeCloseTo(0.31, 5)
  })

  it('give speeds, told or from the positions', async () => {
    const arm = rig.driver()
    rig.tell({ position: goalAt(1), velocity: [0.5, Number.NaN, ...goalAt(0, 5)] })
    await rig.clock.advanceTo(0.1)
    rig.tell({ position: goalAt(1.05), velocity: [0.7, Number.NaN, ...goalAt(0, 5)] })
    await rig.clock.advanceTo(0.11)
    const reading = createReading(7)
    await arm.read(reading)
    expect(reading.velocityRadPerS[0]).toBe(0.7)
    expect(reading.velocityRadPerS[1]).toBeCloseTo(0.5, 3)
  })

  it('with stamps too old or ahead are not believed', async () => {
    const arm = rig.driver()
    rig.tell({}, 0.25)
    rig.tell({}, -0.1)
    await rig.clock.advanceTo(0.01)
    expect(arm.statistics).toMatchObject({ old: 1, future: 1 })
    const opening = rig.clock.run(() => arm.open())
    await expect(opening).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_SILENT',
      message: expect.stringMatching(/0\.10 s ahead/),
      hint: expect.stringMatching(/use_sim_time/),
    })
  })

  it('go forward: an older message of another publisher changes nothing', async () => {
    const arm = rig.driver()
    rig.tell({ position: goalAt(1) })
    await rig.clock.advanceTo(0.01)
    rig.tell({ position: goalAt(2) }, 0.1)
    await rig.clock.advanceTo(0.02)
    const reading = createReading(7)
    await arm.read(reading)
    expect(reading.positionRad[0]).toBe(1)
    expect(arm.statistics).toMatchObject({ backwards: 1 })
  })
})

describe('opening an arm behind ROS 2', () => {
  it.each([
    ['nobody publishes', () => rig.states.close(), /nobody publishes \/joint_states/],
    [
      'joints are missing',
      () => rig.tell({ name: ARM_JOINTS.slice(1) }),
      /does not tell panda_joint1/,
    ],
    [
      'the topic is of another type',
      () => {
        rig.states.close()
        rig.robot.publisher('std_msgs/msg/String', '/joint_states', COMMAND_QOS)
      },
      /carries std_msgs\/msg\/String/,
    ],
  ])('says so when %s', async (_name, prepare, message) => {
    const arm = rig.driver()
    prepare()
    const expected = { code: 'ROBOT_CONTROLLER_SILENT', message: expect.stringMatching(message) }
    await expect(rig.clock.run(() => arm.open())).rejects.toMatchObject(expected)
  })

  it('says so when there is no controller', async () => {
    const arm = rig.driver({ command: { kind: 'jointTrajectory', controller: 'arm_controller' } })
    rig.keepTelling(10)
    await expect(rig.clock.run(() => arm.open())).rejects.toMatchObject({
      code: 'ROBOT_CONTROLLER_SILENT',
      message: 'nobody listens to /arm_controller/joint_trajectory',
    })
  })

  it('ends at once when asked to', async () => {
    const arm = rig.driver()
    const ending = new AbortController()
    rig.clock.schedule(0.5, () => ending.abort(new Error('enough')))
    await expect(rig.clock.run(() => arm.open(ending.signal))).rejects.toThrow('enough')
    expect(rig.clock.now()).toBeLessThan(0.6)
  })
})

const closely = (value: number) => expect.closeTo(value, 9)
