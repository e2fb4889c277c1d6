import { describe, expect, it } from 'vitest'
import { HandOver } from '../../../bridge/deploy/hand-over.ts'
import { LeaderFeed } from '../../../bridge/deploy/leader-feed.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { createTwinArm } from '../../robot/bus/twin-arm.ts'
import {
  atHeight,
  ConstantPolicy,
  deployConfig,
  type LoopChanges,
  setUpLoop,
} from './loop-setup.ts'

const CYCLE_S = 1 / 100
const { sensorLostS, sensorEndS } = deployConfig.safety
const arm = loadArmDescription('so101-leader')

/** A loop whose leader is the emulated one, over its serial protocol, on the loop's clock. */
async function setUpLed(changes: LoopChanges = {}) {
  const model = compileArm(arm)
  const twin = await createTwinArm({}, { arm, openPatienceS: 0.1 })
  const { clock } = twin
  const feed = new LeaderFeed(twin.driver, model, clock)
  const handOver = new HandOver({ leader: feed, model, config: deployConfig.handOver })
  const loop = setUpLoop({ ...changes, handOver, clock })
  const run = async (seconds: number) => {
    await clock.run(() => feed.open())
    return loop.run(seconds)
  }
  return { ...loop, ...twin, driver: loop.driver, leader: twin.driver, feed, handOver, run }
}

/** Turns the leader's pan evenly from one time to another. */
function turnPan(
  { clock, plant }: { clock: VirtualClock; plant: { positionRad: Float64Array } },
  fromS: number,
  toS: number,
  byRad: number,
): void {
  for (let timeS = fromS; timeS < toS; timeS += CYCLE_S) {
    clock.schedule(timeS, () => {
      plant.positionRad[0]! += (byRad * CYCLE_S) / (toS - fromS)
    })
  }
}

describe('a hand that takes over from a policy', () => {
  it('leads the arm, without a jump, and the policy sees on meanwhile and acts again', async () => {
    const policy = new ConstantPolicy(0, 0.2, atHeight(0.05))
    const set = await setUpLed({ policy })
    const acting: (string | undefined)[] = []
    const actions: number[][] = []
    set.loop.tap = {
      episode() {},
      policyStep(view) {
        acting.push(view.acting)
        actions.push([...view.action])
      },
    }
    turnPan(set, 1.5, 2.1, 0.3)
    const report = await set.run(6)
    expect(report.end).toBe('interrupted')
    const led = acting.flatMap((who, step) => (who === 'leader' ? [step] : []))
    // From the time at which it has moved by 0.1 rad until it has lain still for two seconds.
    expect(led[0]! / 25).toBeGreaterThan(1.5)
    expect(led[0]! / 25).toBeLessThan(1.95)
    expect(led.length / 25).toBeGreaterThan(2)
    expect(led.length / 25).toBeLessThan(2.6)
    expect(led.at(-1)! - led[0]! + 1).toBe(led.length)
    // Towards larger angles is towards −y, and what the policy wants is the other way.
    expect(Math.min(...led.map((step) => actions[step]![1]!))).toBeLessThan(-0.3)
    expect(actions[led[0]! - 1]![1]).toBeCloseTo(0.2)
    expect(actions.at(-1)![1]).toBeCloseTo(0.2)
    // The state of the policy went on, step by step.
    expect(policy.states).toEqual(policy.states.map((_, k) => k))
    const writes = set.driver.writes.filter(({ timeS }) => timeS > 1)
    for (let k = 1; k < writes.length; k++) {
      const fastest = writes[k]!.goal.reduce(
        (most, q, i) => Math.max(most, Math.abs(q - writes[k - 1]!.goal[i]!)),
        0,
      )
      // At 0.23 m/s the pan turns by 1.2 rad/s where the arm is, with what the elbow adds.
      expect(fastest / CYCLE_S).toBeLessThan(2)
    }
  })

  it('is told apart in the results of an episode', async () => {
    const set = await setUpLed({ episodeS: 2, hasFixedGoal: true })
    turnPan(set, 2.6, 3, 0.3)
    const { episodes } = await set.run(4.5)
    expect(episodes.map(({ ledSteps }) => ledSteps > 0)).toEqual([false, true])
    expect(set.handOver.numTakeOvers).toBe(1)
  })

  it('and is silent for a while makes the arm hold until it is heard again', async () => {
    const set = await setUpLed({ policy: new ConstantPolicy(0, 0.2, atHeight(0.05)) })
    set.clock.schedule(1, () => void Object.assign(set.bus.faults, { dropRate: 1 }))
    set.clock.schedule(2.5, () => void Object.assign(set.bus.faults, { dropRate: 0 }))
    expect((await set.run(4)).end).toBe('interrupted')
    const panAt = (timeS: number) =>
      set.driver.writes.findLast((write) => write.timeS < timeS)!.goal[0]!
    expect(panAt(2.49)).toBe(panAt(1 + sensorLostS + 0.2))
    expect(Math.abs(panAt(3.9) - panAt(2.49))).toBeGreaterThan(0.05)
  })

  it.each([
    ['while the policy acts', 0],
    ['while it leads', 0.3],
  ])('and is lost %s makes the arm hold, then ends the run', async (_, byRad) => {
    const set = await setUpLed({ policy: new ConstantPolicy(0, 0.2, atHeight(0.05)) })
    turnPan(set, 1, 1.4, byRad)
    set.clock.schedule(2, () => set.transport.unplug())
    await expect(set.run(20)).rejects.toMatchObject({ code: 'ROBOT_PORT_LOST' })
    const holdS = 2 + sensorLostS
    const held = set.driver.writes.filter(({ timeS }) => timeS > holdS + 0.15)
    for (const { goal } of held) expect(goal).toEqual(held[0]!.goal)
    expect(set.clock.now()).toBeGreaterThan(holdS + sensorEndS - 0.1)
    expect(set.clock.now()).toBeLessThan(holdS + sensorEndS + 0.3)
    expect(set.driver.calls).toEqual(['enable'])
    await set.feed.close()
  })
})
