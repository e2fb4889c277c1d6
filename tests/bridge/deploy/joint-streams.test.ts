import { describe, expect, it } from 'vitest'
import { JointStreams, type JointStreamsOptions } from '../../../bridge/deploy/joint-streams.ts'
import { jointState, MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { so101 } from '../../sim/push-setup.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'
import { atHeight, ConstantPolicy, deployConfig, setUpLoop } from './loop-setup.ts'

const EPOCH_S = 1_700_000_000
const TOPIC = '/encoders'
const names = so101.joints.map(({ name }) => name)
const arm = names.slice(0, 5)
const rest = names.map((name) => so101.poses.rest[name]!)
const { jointLostS, sensorEndS } = deployConfig.safety

function setUp(
  streams: 'joints' | 'gripper' = 'joints',
  changes: Partial<JointStreamsOptions> = {},
) {
  const clock = new VirtualClock()
  const graph = new TopicGraph()
  const driver = new FakeArmDriver(names, rest, clock)
  const joints = new JointStreams({
    arm: so101,
    driver,
    config: deployConfig,
    isForeseen: true,
    streams: { [streams]: { stream: graph, topic: TOPIC } },
    clock,
    epochNow: () => EPOCH_S + clock.now(),
    ...changes,
  })
  const tell = (of: readonly string[], position: readonly number[], ageS = 0) =>
    graph.publish(
      TOPIC,
      MESSAGE_TYPE.jointState,
      jointState(EPOCH_S + clock.now() - ageS, of, position, []),
    )
  const read = () => {
    const out = createReading(names.length)
    out.positionRad.fill(9)
    joints.read(out)
    return Array.from(out.positionRad)
  }
  const ready = () => clock.run(() => joints.ready(new AbortController().signal))
  return { clock, driver, joints, read, ready, tell }
}

describe('joints from a stream', () => {
  it('go by name, whatever their order and whoever else is told', () => {
    const { read, tell } = setUp()
    tell(['somebody', ...arm.toReversed()], [7, 0.5, 0.4, 0.3, 0.2, 0.1])
    // The gripper is its driver's.
    expect(read()).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 9])
  })

  it('are the gripper alone where only that was asked for', () => {
    const { read, tell } = setUp('gripper')
    tell(names, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    expect(read()).toEqual([9, 9, 9, 9, 9, 0.6])
  })

  it('are as old as their stamps, and older ones than are believed are counted', async () => {
    const { clock, joints, tell } = setUp()
    await clock.advanceTo(1)
    tell(arm, rest.slice(0, 5), 0.12)
    // Seconds since 1970 as float64 know 0.2 µs.
    expect(joints.ageS).toBeCloseTo(0.12, 6)
    tell(arm, rest.slice(0, 5), jointLostS + 0.1)
    expect(joints.rejected).toMatchObject({ old: 1 })
    expect(joints.ageS).toBeCloseTo(0.12, 6)
  })

  it('are foreseen over their age, at the speed they were told or seen to have', async () => {
    const { clock, joints, read, tell } = setUp()
    const at = (pan: number) => [pan, 0, 0, 0, 0]
    // Half a radian per second, told 40 ms late.
    for (let k = 0; k < 12; k++) {
      await clock.advanceTo(1 + 0.02 * k)
      tell(arm, at(0.5 * (0.02 * k - 0.04)), 0.04)
    }
    expect(read()[0]).toBeCloseTo(0.5 * 0.22, 6)
    await clock.advanceTo(clock.now() + 0.01)
    expect(read()[0]).toBeCloseTo(0.5 * 0.23, 6)
    // Not for longer than 0.1 s.
    await clock.advanceTo(clock.now() + 0.3)
    expect(read()[0]).toBeCloseTo(0.5 * (0.22 - 0.04 + 0.1), 6)
    const { joints: measured } = joints.arrivals
    expect(measured!.delayS.p50).toBeCloseTo(0.04, 6)
    expect(measured!.rateHz).toBeCloseTo(50, 3)
    expect(measured!.clock).toBeNull()
  })

  it('are as they were told where the policy was trained with their delay', async () => {
    const { clock, read, tell } = setUp('joints', { isForeseen: false })
    tell(arm, [0, 0, 0, 0, 0])
    await clock.advanceTo(0.02)
    tell(arm, [0.01, 0, 0, 0, 0])
    await clock.advanceTo(0.1)
    expect(read()[0]).toBe(0.01)
  })

  it('leave out what a joint cannot have done, until the next message says the same', async () => {
    const { clock, joints, read, tell } = setUp()
    const at = (pan: number) => [pan, 0, 0, 0, 0]
    tell(arm, at(0))
    await clock.advanceTo(0.02)
    tell(arm, at(2))
    expect(read()[0]).toBe(0)
    await clock.advanceTo(0.04)
    tell(arm, at(0.01))
    expect(read()[0]).toBe(0.01)
    expect(joints.rejected).toMatchObject({ outlier: 1 })
    await clock.advanceTo(0.06)
    tell(arm, at(2))
    await clock.advanceTo(0.08)
    tell(arm, at(2.01))
    expect(read()[0]).toBe(2.01)
  })

  it('are ready once all are told and the arm itself says the same', async () => {
    const { clock, ready, tell } = setUp()
    clock.schedule(1, () => tell(arm, rest.slice(0, 5)))
    await ready()
    expect(clock.now()).toBeGreaterThanOrEqual(1)
    expect(clock.now()).toBeLessThan(1.1)
  })

  it.each([
    ['silent', [], 'ROBOT_SENSOR_LOST', /no joint states came on \/encoders/],
    ['short of a joint', arm.slice(1), 'ROBOT_SENSOR_LOST', /do not tell shoulder_pan/],
  ])('that are %s end the run before it begins', async (_, told, code, message) => {
    const { clock, ready, tell } = setUp()
    if (told.length > 0) clock.schedule(0.1, () => tell(told, rest.slice(1, 5)))
    await expect(ready()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(clock.now()).toBeGreaterThanOrEqual(deployConfig.connectS)
  })

  it('that are not where the arm has them are refused: another zero, or another sign', async () => {
    const { ready, tell } = setUp()
    tell(
      arm,
      rest.slice(0, 5).map((q, i) => (i === 3 ? -q : q)),
    )
    await expect(ready()).rejects.toMatchObject({
      code: 'ROBOT_SENSOR_INVALID',
      message: expect.stringMatching(/wrist_flex is at/),
    })
  })

  it('that stay away tell what came instead', async () => {
    const trouble = () => '/encoders carries std_msgs/msg/String'
    const graph = new TopicGraph()
    const { ready } = setUp('joints', {
      streams: { joints: { stream: graph, topic: TOPIC, trouble } },
    })
    await expect(ready()).rejects.toThrow(/no joint states came on \/encoders \(\/encoders carries/)
  })

  it('ask for a gripper only of an arm that has one', () => {
    const withoutGripper = new FakeArmDriver(arm, rest.slice(0, 5), new VirtualClock())
    expect(() => setUp('gripper', { driver: withoutGripper })).toThrow(/without a gripper/)
  })
})

/** A loop whose joints come from a stream at 50 Hz until a time; the arm follows at once. */
function setUpStreamedLoop(endS: number, offsetRad = 0, startQ: readonly number[] = rest) {
  const clock = new VirtualClock()
  const graph = new TopicGraph()
  let positions: ArrayLike<number> = startQ
  const joints = new JointStreams({
    arm: so101,
    // Only its names are asked for.
    driver: new FakeArmDriver(names, startQ, clock),
    config: deployConfig,
    isForeseen: true,
    streams: { joints: { stream: graph, topic: TOPIC } },
    clock,
    epochNow: () => EPOCH_S + clock.now(),
  })
  const policy = new ConstantPolicy(0, 0.3, atHeight(0.05))
  const setup = setUpLoop({ clock, policy, joints, startQ })
  setup.driver.onWrite = () => {
    positions = setup.driver.positionRad
  }
  const tell = () => {
    if (clock.now() > endS) return
    const told = Array.from(positions, (q) => q + offsetRad).slice(0, 5)
    graph.publish(TOPIC, MESSAGE_TYPE.jointState, jointState(EPOCH_S + clock.now(), arm, told, []))
    clock.schedule(clock.now() + 0.02, tell)
  }
  tell()
  return setup
}

describe('a control loop whose joints come from a stream', () => {
  it('acts on those, not on the arm’s own', async () => {
    const { loop, run } = setUpStreamedLoop(Number.POSITIVE_INFINITY, 0.05)
    await run(0.5)
    const { positionRad } = loop.port.reading
    const own = loop.port.sentCommand
    expect(positionRad[1]! - own[1]!).toBeCloseTo(0.05, 1)
    // The gripper is the driver's.
    expect(positionRad[5]).toBe(own[5])
  })

  it('holds when they stay away, and ends as with any lost sensor', async () => {
    const endS = 1.5
    const { clock, driver, policy, run } = setUpStreamedLoop(endS)
    await expect(run(20)).rejects.toMatchObject({
      code: 'ROBOT_SENSOR_LOST',
      message: expect.stringMatching(/no joint states newer than 2\.\d s on \/encoders/),
    })
    const lostS = endS + jointLostS
    const moving = driver.writes.filter(({ timeS }) => timeS > endS - 0.3 && timeS < endS)
    expect(moving.at(-1)!.goal).not.toEqual(moving[0]!.goal)
    const held = driver.writes.filter(({ timeS }) => timeS > lostS + 0.1)
    expect(held.length).toBeGreaterThan(100)
    for (const { goal } of held) expect(goal).toEqual(held[0]!.goal)
    expect(clock.now()).toBeGreaterThan(lostS + sensorEndS - 0.1)
    expect(clock.now()).toBeLessThan(lostS + sensorEndS + 0.3)
    expect((policy as ConstantPolicy).states.length).toBeLessThan((lostS + 0.1) * 25)
  })

  it('does not go on with its slow way to the start without them', async () => {
    const folded = rest.map((q, i) => (i === 0 ? 1.8 : q))
    const { clock, driver, run } = setUpStreamedLoop(0.3, 0, folded)
    await expect(run(20)).rejects.toMatchObject({
      code: 'ROBOT_SAFETY_STOP',
      message: expect.stringMatching(/lostSensor stopped the slow move/),
    })
    expect(driver.writes.length).toBeGreaterThan(0)
    expect(clock.now()).toBeLessThan(0.3 + jointLostS + 0.3)
  })
})
