import { describe, expect, it } from 'vitest'
import { observationOffset } from '../../../robot/io/spec.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { atHeight, ConstantPolicy, deployConfig, setUpLoop, spec } from './loop-setup.ts'

const names = so101.joints.map((joint) => joint.name)
const folded = names.map((name) => so101.poses.park[name]!)
const { speedRadPerS, tool } = deployConfig.softStart

function tipOf(goal: Float64Array): Float64Array {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(goal.subarray(0, model.numJoints))
  return kinematics.tip
}

/** What was sent before the arm stood at its start, and when it did [s]. */
async function runPastStart({ clock, driver, loop, run }: ReturnType<typeof setUpLoop>) {
  let startedS = Number.NaN
  const started = loop.started.then(() => {
    startedS = clock.now()
  })
  await run(8)
  await started
  return { moves: driver.writes.filter(({ timeS }) => timeS < startedS - 1e-9), startedS }
}

/** The shoulder turned to the side: outside the box of starts. */
const aside = names.map((name) => (name === 'shoulder_pan' ? 1.4 : so101.poses.rest[name]!))

describe('a soft start', () => {
  it('leaves an arm alone that stands where a policy may begin', async () => {
    const policy = new ConstantPolicy(0, 0, atHeight(0.05))
    const { run } = setUpLoop({ policy })
    await run(0.2)
    expect(policy.states.length).toBeGreaterThanOrEqual(4)
  })

  it('brings the tool to its start, no joint faster than the speed, all arriving together', async () => {
    const policy = new ConstantPolicy(0, 0, atHeight(0.05))
    const setUp = setUpLoop({ policy, startQ: aside })
    const { moves, startedS } = await runPastStart(setUp)
    // From 1.4 rad to 0 at most at 0.5 rad/s, and 1.5 times as long for starting and stopping gently.
    expect(startedS).toBeCloseTo((1.5 * 1.4) / speedRadPerS, 1)
    let fastest = 0
    for (let k = 1; k < moves.length; k++) {
      for (let i = 0; i < names.length; i++) {
        const speed = Math.abs(moves[k]!.goal[i]! - moves[k - 1]!.goal[i]!) / 0.01
        fastest = Math.max(fastest, speed)
      }
    }
    expect(fastest).toBeLessThanOrEqual(speedRadPerS + 1e-9)
    expect(fastest).toBeGreaterThan(0.95 * speedRadPerS)
    const tip = tipOf(moves.at(-1)!.goal)
    expect(tip[0]).toBeCloseTo(tool.xM, 2)
    expect(tip[1]).toBeCloseTo(tool.yM, 2)
    expect(tip[2]).toBeCloseTo(tool.zM, 2)
    // Rest to rest: a hundredth of the way in the first tenth of a second.
    expect(Math.abs(moves[9]!.goal[0]! - 1.4)).toBeLessThan(0.01)
  })

  it('unfolds an arm that lies parked, though its tool is where a policy may begin', async () => {
    const { moves } = await runPastStart(setUpLoop({ startQ: folded }))
    const tip = tipOf(Float64Array.from(folded))
    const { xM, yM, zM } = deployConfig.softStart.startBox
    for (const [k, [low, high]] of [xM, yM, zM].entries()) {
      expect(tip[k]).toBeGreaterThan(low)
      expect(tip[k]).toBeLessThan(high)
    }
    // A shoulder that is 1.5 rad from where a policy has it, at most at the speed of slow moves.
    const shoulder = names.indexOf('shoulder_lift')
    const goals = moves.map(({ goal }) => goal[shoulder]!)
    expect(goals.at(-1)! - goals[0]!).toBeGreaterThan(1.4)
    const steps = goals.slice(1).map((goal, k) => Math.abs(goal - goals[k]!))
    expect(Math.max(...steps)).toBeLessThanOrEqual(speedRadPerS * 0.01 + 1e-9)
  })

  it('makes up for no cycle that it missed', async () => {
    const setUp = setUpLoop({ startQ: aside })
    const { clock, driver } = setUp
    const read = driver.read.bind(driver)
    driver.read = async (out) => {
      const isStalling = Math.abs(clock.now() - 1.5) < 0.005
      await clock.sleepUntil(clock.now() + (isStalling ? 0.8 : 0.003))
      await read(out)
    }
    const { moves, startedS } = await runPastStart(setUp)
    // In any tenth of a second what the speed allows, and one cycle more: that which stalled ends late.
    for (const { timeS, goal } of moves) {
      const later = moves.findLast((move) => move.timeS < timeS + 0.1)!
      expect(goal[0]! - later.goal[0]!).toBeLessThan(speedRadPerS * 0.11)
    }
    // As long later as it stalled.
    expect(startedS).toBeCloseTo((1.5 * 1.4) / speedRadPerS + 0.8, 1)
  })

  it('begins anew from where a driver that kept commands back let the arm stand', async () => {
    const setUp = setUpLoop({ startQ: aside })
    const { clock, driver } = setUp
    clock.schedule(1.5, () => {
      driver.isKeepingBack = true
    })
    clock.schedule(2.3, () => {
      driver.isKeepingBack = false
    })
    const { moves } = await runPastStart(setUp)
    const speeds = moves.slice(1).map(({ goal }, k) => (moves[k]!.goal[0]! - goal[0]!) / 0.01)
    expect(Math.max(...speeds)).toBeLessThanOrEqual(speedRadPerS + 1e-9)
    const again = moves.findIndex(({ timeS }) => timeS > 2.3)
    expect(speeds[again - 1]).toBeLessThan(0.01)
    expect(tipOf(moves.at(-1)!.goal)[0]).toBeCloseTo(tool.xM, 2)
  })

  it('moves an arm whose first step would jump, even inside the box', async () => {
    // 10 cm high: inside the box of starts, above what a policy may command (7 cm).
    const high = names.map((name) => {
      const change: Record<string, number> = { shoulder_lift: -0.25, wrist_flex: 0.2 }
      return so101.poses.rest[name]! + (change[name] ?? 0)
    })
    const tip = tipOf(Float64Array.from(high))
    expect(tip[2]).toBeGreaterThan(0.09)
    expect(tip[2]).toBeLessThan(deployConfig.softStart.startBox.zM[1])
    const policy = new ConstantPolicy(0, 0, atHeight(0.05))
    await setUpLoop({ startQ: high, policy }).run(3)
    const first = policy.observations[0]!
    const measured = observationOffset(spec, 'toolPosition')
    const commanded = observationOffset(spec, 'commandedTool')
    for (let i = 0; i < 3; i++) {
      expect(first[commanded + i]).toBeCloseTo(first[measured + i]!, 4)
    }
    expect(first[measured + 2]).toBeLessThan(0.07)
  })

  it('ends where it is on an emergency stop, holding', async () => {
    const { clock, driver, requests, run } = setUpLoop({ startQ: aside })
    clock.schedule(1, () => {
      requests.isStopped = true
    })
    const report = await run(8)
    expect(report.end).toBe('emergencyStop')
    expect(driver.writes.at(-1)!.goal[0]).toBeGreaterThan(0.9)
    expect(driver.calls).toEqual(['enable'])
    expect(clock.now()).toBeLessThan(1.2)
  })

  it('slows down and holds when it is interrupted', async () => {
    const { driver, run } = setUpLoop({ startQ: aside })
    const report = await run(1)
    expect(report.end).toBe('interrupted')
    const [before, last] = driver.writes.slice(-2).map(({ goal }) => goal[0]!)
    expect(last).toBeCloseTo(before!, 3)
    expect(last).toBeGreaterThan(0.9)
    expect(driver.calls).toEqual(['enable'])
  })
})

describe('parking', () => {
  it('moves slowly to the pose, then lets go', async () => {
    const { clock, driver, loop, run } = setUpLoop()
    await run(0.5)
    await clock.run(() => loop.park())
    expect(driver.calls).toEqual(['enable', 'disable'])
    for (const [i, name] of names.entries()) {
      if (model.jointNames.includes(name)) expect(driver.positionRad[i]).toBeCloseTo(folded[i]!, 6)
    }
  })

  it('gives in, torque on, when the arm does not get there', async () => {
    const { clock, driver, loop, requests, run } = setUpLoop()
    await run(0.5)
    requests.isStopped = true
    await expect(clock.run(() => loop.park())).rejects.toThrow(/not parked/)
    expect(driver.calls).toEqual(['enable', 'limitTorque'])
  })
})
