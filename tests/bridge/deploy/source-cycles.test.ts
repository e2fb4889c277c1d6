import { describe, expect, it } from 'vitest'
import { ArmPort } from '../../../bridge/deploy/arm-port.ts'
import { createJogSource, type JogMotion } from '../../../bridge/deploy/jog-source.ts'
import type { JointSource } from '../../../bridge/deploy/joint-source.ts'
import { createLeaderSource } from '../../../bridge/deploy/leader-source.ts'
import { LoopStatistics } from '../../../bridge/deploy/loop-statistics.ts'
import { sourceCycles } from '../../../bridge/deploy/source-cycles.ts'
import type { JointCalibration } from '../../../robot/calibration/calibration.schema.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { so101 } from '../../robot/bus/twin-arm.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'
import { deployConfig } from './loop-setup.ts'

const joints = so101.joints.map(({ name }) => name)
const model = compileArm(so101, { joints })
const rest = joints.map((name) => so101.poses.rest[name]!)
const PERIOD_S = 0.01
const { deadManS, jointRadPerS } = deployConfig.jog

async function setUp() {
  const clock = new VirtualClock()
  const driver = new FakeArmDriver(joints, rest, clock)
  const config = deployConfig
  const port = new ArmPort({ driver, arm: so101, model, clock, config, isShadow: false })
  await port.readArm()
  const run = async (source: JointSource, seconds: number) => {
    const ending = new AbortController()
    const endS = clock.now() + seconds
    driver.onRead = () => {
      if (clock.now() >= endS) ending.abort()
    }
    const statistics = new LoopStatistics()
    const layDown = async () => {}
    const { signal } = ending
    return clock.run(() =>
      sourceCycles({ port, source, clock, config, signal, statistics, layDown }),
    )
  }
  return { clock, driver, port, run }
}

/** Fastest speed of a joint over the goals that were written [rad/s]. */
function fastest(driver: FakeArmDriver, joint: number, begin = 0): number {
  const goals = driver.writes.slice(begin).map(({ goal }) => goal[joint]!)
  return Math.max(...goals.slice(1).map((each, k) => Math.abs(each - goals[k]!) / PERIOD_S))
}

describe('jogging an arm', () => {
  const jog = (port: ArmPort, asked: () => JogMotion | undefined) =>
    createJogSource({
      ...{ model, port, asked },
      speeds: deployConfig.jog,
      share: () => 1,
    })

  it('turns the joint whose key is held at the configured speed and stops soon after', async () => {
    const { clock, driver, port, run } = await setUp()
    const joint = joints.indexOf('wrist_flex')
    const motion: JogMotion = { kind: 'joint', index: joint, direction: -1 }
    await run(
      jog(port, () => (clock.now() < 0.5 + deadManS ? motion : undefined)),
      1.5,
    )
    expect(fastest(driver, joint)).toBeCloseTo(jointRadPerS, 6)
    const last = driver.writes.at(-1)!
    const after = driver.writes.findIndex(({ timeS }) => timeS > 0.5 + deadManS + 0.15)
    expect(driver.writes[after]!.goal).toEqual(last.goal)
    // Ramps of 4 rad/s² at both ends: 0.7 s at 0.5 rad/s.
    expect(rest[joint]! - last.goal[joint]!).toBeCloseTo(0.7 * jointRadPerS, 2)
    for (const [i, q] of last.goal.entries()) {
      // The closed gripper of the rest pose stands within the margin of its limit.
      if (i !== joint)
        expect(Math.abs(q - rest[i]!)).toBeLessThan(deployConfig.safety.jointMarginRad)
    }
  })

  it('moves the tool straight down to the end of the workspace, where it stays', async () => {
    const { driver, port, run } = await setUp()
    await run(
      jog(port, () => ({ kind: 'tool', index: 2, direction: -1 })),
      4,
    )
    const kinematics = new ArmKinematics(model)
    kinematics.forward(Float64Array.from(rest))
    const [x, y, z] = kinematics.tip as unknown as [number, number, number]
    const heights = driver.writes.map(({ goal }) => {
      kinematics.forward(goal)
      expect(Math.hypot(kinematics.tip[0]! - x, kinematics.tip[1]! - y)).toBeLessThan(0.004)
      return kinematics.tip[2]!
    })
    const [lowest] = deployConfig.safety.workspace.zM
    expect(z).toBeGreaterThan(lowest + 0.03)
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(lowest)
    expect(Math.min(...heights)).toBeLessThan(lowest + 0.001)
    expect(port.filter.interventions['toolWorkspace']).toBeGreaterThan(0)
  })
})

describe('an arm behind its leader', () => {
  async function led(
    leaderQ: (timeS: number) => ArrayLike<number>,
    seconds: number,
    gripperEnds: Partial<JointCalibration> = { minTicks: 1047, maxTicks: 1647 },
  ) {
    const { clock, driver, port, run } = await setUp()
    const leader = new FakeArmDriver(joints, leaderQ(0), clock)
    leader.onRead = () => leader.positionRad.set(leaderQ(clock.now()))
    const caughtUpS: number[] = []
    const calibration = nominalCalibration(so101)
    // A leader's gripper that turns half as far, from another place on.
    const leaderJoints = calibration.joints.map((joint, i) =>
      joints[i] === 'gripper' ? { ...joint, ...gripperEnds } : joint,
    )
    const source = createLeaderSource({
      ...{ arm: so101, leader, calibration, port },
      leaderCalibration: { origin: 'test', joints: leaderJoints },
      slowRadPerS: deployConfig.softStart.speedRadPerS,
      onCaughtUp: () => caughtUpS.push(clock.now()),
    })
    await run(source, seconds)
    return { caughtUpS, driver }
  }
  const gripper = joints.indexOf('gripper')
  const wrist = joints.indexOf('wrist_flex')
  const closed = ((1047 - 2047) / 4096) * 2 * Math.PI
  const open = ((1647 - 2047) / 4096) * 2 * Math.PI
  const at = (wristRad: number, gripperRad = closed) =>
    rest.map((q, i) => (i === wrist ? wristRad : i === gripper ? gripperRad : q))

  it('comes slowly, then follows as fast as it is led', async () => {
    // 0.5 rad away; from 2 s on it is led at 2 rad/s for 0.4 s.
    const path = (timeS: number) => rest[wrist]! - 0.5 - 2 * Math.min(0.4, Math.max(0, timeS - 2))
    const { caughtUpS, driver } = await led((timeS) => at(path(timeS)), 3)
    const slow = driver.writes.filter(({ timeS }) => timeS < caughtUpS[0]!).length
    expect(caughtUpS).toHaveLength(1)
    expect(caughtUpS[0]).toBeCloseTo((0.5 - 0.05) / 0.5, 1)
    const before = driver.writes.slice(0, slow - 1).map(({ goal }) => goal[wrist]!)
    for (const [k, q] of before.slice(1).entries()) {
      expect(Math.abs(q - before[k]!)).toBeLessThan(0.5 * PERIOD_S + 1e-9)
    }
    // The jerk limit lets it begin with 1.5 rad/s; what it lacks then it makes up for in the next cycle.
    expect(fastest(driver, wrist, slow + 10)).toBeCloseTo(2.5, 1)
    expect(driver.writes.at(-1)!.goal[wrist]).toBeCloseTo(rest[wrist]! - 1.3, 6)
  })

  it('opens its gripper by the same share of its range', async () => {
    const half = (open + closed) / 2
    const { driver } = await led(() => at(rest[wrist]!, half), 4)
    const { lower, upper } = so101.joints[gripper]!.limits
    expect(driver.writes.at(-1)!.goal[gripper]).toBeCloseTo((lower + upper) / 2, 2)
  })

  it('closes its gripper with one whose servo counts the other way', async () => {
    const { zeroTicks } = nominalCalibration(so101).joints[gripper]!
    const mirrored = {
      minTicks: 2 * zeroTicks - 1647,
      maxTicks: 2 * zeroTicks - 1047,
      sign: -1 as const,
    }
    const { lower, upper } = so101.joints[gripper]!.limits
    for (const [leader, follower] of [
      [closed, lower],
      [open, upper],
    ] as const) {
      const { driver } = await led(() => at(rest[wrist]!, leader), 6, mirrored)
      // But for the margin that safety keeps.
      expect(driver.writes.at(-1)!.goal[gripper]).toBeCloseTo(follower, 1)
    }
  })

  it('stays within its own limits wherever it is led', async () => {
    const roll = joints.indexOf('wrist_roll')
    const { driver } = await led(() => rest.map((q, i) => (i === roll ? -4 : q)), 7)
    const { lower } = so101.joints[roll]!.limits
    const goals = driver.writes.map(({ goal }) => goal[roll]!)
    expect(Math.min(...goals)).toBeGreaterThanOrEqual(lower)
    expect(Math.min(...goals)).toBeLessThan(lower + 0.1)
  })
})
