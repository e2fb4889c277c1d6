import { describe, expect, it } from 'vitest'
import { LoopStatistics } from '../../../bridge/deploy/loop-statistics.ts'
import { Pace } from '../../../bridge/deploy/pace.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { createTwinArm } from '../../robot/bus/twin-arm.ts'
import { setUpLoop } from './loop-setup.ts'

const PERIOD_S = 0.01
const { signal } = new AbortController()

/** Runs on virtual time, from 0 s on. */
function paced<T>(run: (pace: Pace, clock: VirtualClock) => Promise<T>) {
  const clock = new VirtualClock()
  const statistics = new LoopStatistics()
  const result = clock.run(() => run(new Pace(clock, PERIOD_S, statistics), clock))
  return result.then((value) => ({ value, statistics, nowS: clock.now() }))
}

describe('the pace of a loop', () => {
  it('wakes it at deadlines a period apart and counts those that a long cycle missed', async () => {
    const { nowS, statistics } = await paced(async (pace, clock) => {
      await pace.next(signal)
      // From 10 ms to 33 ms: over 20 and 30 ms.
      await clock.sleepUntil(0.033)
      await pace.next(signal)
    })
    expect(nowS).toBeCloseTo(0.04, 12)
    expect(statistics.missed).toBe(2)
  })

  it('leaves two fifths of each cycle for what follows reading the arm', async () => {
    const { value } = await paced(async (pace) => {
      const first = pace.readByS
      await pace.next(signal)
      return [first, pace.readByS]
    })
    expect(value[0]).toBeCloseTo(0.006, 12)
    expect(value[1]).toBeCloseTo(0.016, 12)
  })

  it('knows how long the stages of a cycle took, from its waking on', async () => {
    const { value } = await paced(async (pace, clock) => {
      await clock.sleepUntil(0.007)
      pace.stages.end('read')
      await pace.next(signal)
      await clock.sleepUntil(0.013)
      pace.stages.end('read')
      await clock.sleepUntil(0.0135)
      pace.stages.end('decide')
      pace.stages.end('send')
      await clock.sleepUntil(0.0155)
      pace.stages.end('show')
      return pace.stages.seconds
    })
    for (const [k, seconds] of [0.003, 0.0005, 0, 0.002].entries()) {
      expect(value[k]).toBeCloseTo(seconds, 12)
    }
  })
})

describe('a loop over a bus that loses replies', () => {
  it('misses no deadline, and holds what it did not hear for a cycle or two', async () => {
    const arm = await createTwinArm()
    const { clock } = arm
    const { goal, loop, run } = setUpLoop({ clock, driver: arm.driver })
    goal.set(0.25, 0.1)
    let oldestS = 0
    loop.tap = {
      cycle: ({ reading }) => {
        oldestS = Math.max(oldestS, ...reading.ageS)
      },
      policyStep() {},
      episode() {},
    }
    // The wire of `configs/realities/workshop.yaml`, losses ten times as often.
    const wire = { latencyS: 0.001, dropRate: 0.02, corruptRate: 0.005, delayRate: 0.02 }
    Object.assign(arm.bus.faults, { ...wire, delayS: 0.004 })
    await clock.run(() => loop.open())
    await run(clock.now() + 30)
    const { latenessS, missed } = loop.statistics
    expect(latenessS.count).toBeGreaterThan(2000)
    expect(arm.driver.statistics.numLostReplies).toBeGreaterThan(300)
    expect(missed / latenessS.count).toBeLessThan(0.001)
    expect(oldestS).toBeLessThan(0.05)
  })
})
