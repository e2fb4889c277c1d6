import { describe, expect, it } from 'vitest'
import { ArmPort } from '../../../bridge/deploy/arm-port.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'
import { deployConfig } from './loop-setup.ts'

const names = so101.joints.map((joint) => joint.name)
const rest = names.map((name) => so101.poses.rest[name]!)
const PERIOD_S = 0.01

function setUp(
  options: { jointNames?: string[]; startQ?: number[]; heldQ?: Record<string, number> } = {},
) {
  const clock = new VirtualClock()
  const driver = new FakeArmDriver(options.jointNames ?? names, options.startQ ?? rest, clock)
  const port = new ArmPort({
    driver,
    arm: so101,
    model,
    clock,
    config: deployConfig,
    isShadow: false,
    ...(options.heldQ && { heldQ: options.heldQ }),
  })
  const send = async (q: ArrayLike<number>) => {
    await port.readArm()
    const report = await port.sendSafely(Float64Array.from(q), 0, PERIOD_S)
    await clock.advanceTo(clock.now() + PERIOD_S)
    return report
  }
  return { clock, driver, port, send }
}

describe('the port to an arm', () => {
  it('finds the policy’s joints by name, in whatever order the driver has them', async () => {
    const jointNames = [...names].reverse()
    const { driver, port, send } = setUp({ jointNames, startQ: [...rest].reverse() })
    await port.readArm()
    expect(port.activeQ).toEqual(model.restPose)
    const wanted = model.restPose.slice()
    wanted[0]! += 0.005
    await send(wanted)
    expect(driver.writes[0]!.goal[jointNames.indexOf('shoulder_pan')]).toBe(0.005)
    expect(driver.writes[0]!.goal[0]).toBe(so101.poses.rest['gripper'])
  })

  it('begins where the arm is when torque comes on, wherever it was read before', async () => {
    const { driver, port } = setUp()
    await port.readArm()
    const enable = driver.enable.bind(driver)
    driver.enable = () => {
      driver.positionRad[0]! += 0.3
      return enable()
    }
    await port.enable()
    expect(port.commandedQ()[0]).toBe(rest[0]! + 0.3)
    await port.sendSafely(port.commandedQ(), 0, PERIOD_S)
    expect(driver.writes[0]!.goal[0]).toBe(rest[0]! + 0.3)
  })

  it('refuses a driver that lacks a joint of the policy', () => {
    expect(() => setUp({ jointNames: names.slice(1), startQ: rest.slice(1) })).toThrow(
      expect.objectContaining({ code: 'POLICY_MISMATCH' }) as Error,
    )
  })

  it('brings held joints slowly to where they belong', async () => {
    const startQ = rest.map((value, i) => (names[i] === 'gripper' ? 0.33 : value))
    const { driver, send } = setUp({ startQ, heldQ: so101.poses.rest })
    for (let k = 0; k < 150; k++) await send(model.restPose)
    const gripper = driver.writes.map(({ goal }) => goal[names.indexOf('gripper')]!)
    // 0.5 rad at 0.5 rad/s: 5 mrad per 10 ms, there after a second.
    expect(gripper[20]! - gripper[21]!).toBeCloseTo(0.005, 9)
    expect(gripper[90]).toBeGreaterThan(-0.16)
    expect(gripper[110]).toBeCloseTo(-0.17, 9)
  })

  it('goes on from what went out last, from rest, when the driver kept commands back', async () => {
    const { driver, port, send } = setUp()
    const wanted = model.restPose.slice()
    const move = async () => {
      wanted[0]! += 0.004
      return send(wanted)
    }
    for (let k = 0; k < 50; k++) await move()
    const last = port.sentCommand.slice()
    driver.isKeepingBack = true
    for (let k = 0; k < 30; k++) expect(await move()).toEqual({ verdict: 'hold', rule: 'withheld' })
    expect(port.sentCommand).toEqual(last)
    expect(port.filter.interventions['withheld']).toBe(30)
    driver.isKeepingBack = false
    for (let k = 0; k < 20; k++) await move()
    const { maxAccelerationRadPerS2, maxSpeedRadPerS } = port.bounds
    const steps = driver.writes.slice(-20).map(({ goal }) => goal[0]!)
    const speeds = steps.map((q, k) => (q - (steps[k - 1] ?? last[0]!)) / PERIOD_S)
    expect(speeds[0]).toBeGreaterThan(0)
    expect(speeds[0]).toBeLessThan(maxAccelerationRadPerS2[0]! * PERIOD_S + 1e-9)
    expect(Math.max(...speeds)).toBeLessThan(maxSpeedRadPerS[0]! + 1e-9)
  })

  it('never sends what leaves limits or box, also while it brakes', async () => {
    const { clock, driver, port, send } = setUp()
    const stream = new RandomStream(8)
    const kinematics = new ArmKinematics(model)
    const { workspace, jointMarginRad } = deployConfig.safety
    const wanted = model.restPose.slice()
    for (let k = 0; k < 600; k++) {
      // A new aim anywhere every tenth of a second.
      if (k % 10 === 0) {
        for (let i = 0; i < wanted.length; i++) wanted[i] = stream.between(-1.8, 1.8)
      }
      await send(wanted)
      if (k % 45 === 44) await clock.run(() => port.holdStill())
    }
    let worstM = 0
    for (const { goal } of driver.writes) {
      const q = goal.subarray(0, model.numJoints)
      for (let i = 0; i < q.length; i++) {
        expect(q[i]).toBeGreaterThan(model.lower[i]! + jointMarginRad - 1e-12)
        expect(q[i]).toBeLessThan(model.upper[i]! - jointMarginRad + 1e-12)
      }
      kinematics.forward(q)
      const [x, y, z] = kinematics.tip as unknown as [number, number, number]
      worstM = Math.max(worstM, workspace.xM[0] - x, x - workspace.xM[1])
      worstM = Math.max(
        worstM,
        Math.abs(y) - workspace.yM[1],
        workspace.zM[0] - z,
        z - workspace.zM[1],
      )
    }
    expect(worstM).toBe(0)
  })
})
