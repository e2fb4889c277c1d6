import { describe, expect, it } from 'vitest'
import { DistantHand } from '../../../bridge/deploy/hand.ts'
import type { JogMotion } from '../../../bridge/deploy/jog-source.ts'
import { ObjectTracker } from '../../../bridge/deploy/object-tracker.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { model } from '../../sim/push-setup.ts'
import { deployConfig, type LoopChanges, setUpLoop } from './loop-setup.ts'

const PAN: JogMotion = { kind: 'joint', index: 0, direction: 1 }
const DEAD_MAN_S = deployConfig.jog.deadManS

/** A loop with a hand; `at` says what the hand does when. */
function withHand(changes: LoopChanges = {}) {
  let now = () => 0
  const hand = new DistantHand(() => now(), DEAD_MAN_S)
  const set = setUpLoop({ hand, ...changes })
  now = () => set.clock.now()
  const at = (timeS: number, act: () => void) => void set.clock.schedule(timeS, act)
  /** Asks for a motion 20 times a second, as a page does. */
  const hold = (fromS: number, toS: number, motion: JogMotion, share = 1) => {
    for (let timeS = fromS; timeS < toS; timeS += 0.05) at(timeS, () => hand.move(motion, share))
  }
  const goalAt = (timeS: number) => set.driver.writes.findLast((each) => each.timeS <= timeS)!.goal
  const panAt = (timeS: number) => goalAt(timeS)[0]!
  return { ...set, hand, at, hold, goalAt, panAt }
}

describe('an arm in a hand', () => {
  it('is turned by the joint that is asked for, at the jog’s speed, the policy waiting', async () => {
    const { at, goalAt, hand, hold, panAt, policy, run } = withHand()
    at(0.5, () => hand.take())
    hold(0.6, 1.6, PAN)
    await run(2)
    // 13 policy steps before 0.5 s, none after.
    expect((policy as unknown as { states: number[] }).states.length).toBe(13)
    expect(panAt(1.5) - panAt(1)).toBeCloseTo(0.5 * deployConfig.jog.jointRadPerS, 3)
    expect(goalAt(1.5).slice(1, model.numJoints)).toEqual(goalAt(1).slice(1, model.numJoints))
  })

  it('stands still within the dead man’s time and the way to brake when nothing more is heard', async () => {
    const { at, hand, hold, panAt, run } = withHand()
    at(0.5, () => hand.take())
    hold(0.6, 1, PAN)
    await run(2)
    const { accelerationRadPerS2, jointRadPerS } = deployConfig.jog
    const stillS = 1 + DEAD_MAN_S + jointRadPerS / accelerationRadPerS2 + 0.02
    expect(panAt(1.9)).toBe(panAt(stillS))
    expect(panAt(stillS)).toBeGreaterThan(panAt(0.95))
  })

  it('does not move for a hand that has not taken it', async () => {
    const free = withHand()
    await free.run(1)
    const asked = withHand()
    asked.hold(0.2, 0.8, PAN)
    await asked.run(1)
    expect(asked.driver.writes).toEqual(free.driver.writes)
  })

  it('stays in the tool’s workspace however long it is asked for', async () => {
    const { at, goalAt, hand, hold, loop, run } = withHand()
    at(0.1, () => hand.take())
    hold(0.2, 9, PAN)
    await run(9)
    const kinematics = new ArmKinematics(model)
    kinematics.forward(goalAt(9).subarray(0, model.numJoints))
    // Turning left the tool comes back to the base, until it is at the near end of the workspace.
    const [nearest] = deployConfig.safety.workspace.xM
    expect(kinematics.tip[0]!).toBeGreaterThanOrEqual(nearest)
    expect(kinematics.tip[0]!).toBeLessThan(nearest + 0.005)
    expect(loop.port.filter.interventions['toolWorkspace']).toBeGreaterThan(0)
  })

  it('is given back to a policy that begins anew', async () => {
    const { at, hand, policy, run } = withHand()
    at(0.5, () => hand.take())
    at(1, () => hand.giveBack())
    await run(1.5)
    const { states } = policy as unknown as { states: number[] }
    expect(states[12]).toBe(12)
    expect(states[13]).toBe(0)
  })

  it('stands still when it is taken again, after it was given back in mid-motion', async () => {
    const { at, hand, hold, panAt, run } = withHand()
    at(0.5, () => hand.take())
    hold(0.6, 1, PAN)
    at(1, () => hand.giveBack())
    at(2, () => hand.take())
    await run(2.5)
    expect(Math.abs(panAt(2.5) - panAt(2.001))).toBeLessThan(1e-3)
  })

  it('does not need to see the object', async () => {
    const hand = new DistantHand(() => 0, DEAD_MAN_S)
    hand.take()
    const { run } = setUpLoop({ hand, framesEndS: 0.2 })
    expect((await run(5)).end).toBe('interrupted')
  })

  it('leaves an episode that it cut short unjudged; the next one lasts as long as any', async () => {
    const { at, hand, run } = withHand({ episodeS: 3 })
    at(1, () => hand.take())
    at(6, () => hand.giveBack())
    const { episodes } = await run(9.2)
    expect(episodes.map(({ durationS }) => durationS)).toEqual([expect.closeTo(3, 1)])
  })

  // In each cycle of a policy step.
  for (const backS of [10, 10.01, 10.02, 10.03]) {
    it(`gives the camera its time again, given back at ${backS} s with an object that came meanwhile`, async () => {
      const object = new ObjectTracker()
      const { at, clock, hand, policy, run } = withHand({ objects: [object] })
      const frame = () => {
        object.accept(clock.now(), 0.25, 0, clock.now())
        at(clock.now() + 1 / 30, frame)
      }
      at(5, frame)
      at(0.5, () => hand.take())
      at(backS - 0.001, () => hand.giveBack())
      expect((await run(12)).end).toBe('interrupted')
      expect((policy as unknown as { states: number[] }).states.length).toBeGreaterThan(40)
    })
  }

  it('is stopped by an emergency stop all the same', async () => {
    const { at, hand, hold, requests, run } = withHand()
    at(0.1, () => hand.take())
    hold(0.2, 3, PAN)
    at(1, () => {
      requests.isStopped = true
    })
    expect((await run(3)).end).toBe('emergencyStop')
  })
})
