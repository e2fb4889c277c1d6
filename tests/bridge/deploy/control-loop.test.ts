import { describe, expect, it } from 'vitest'
import { writeObservation } from '../../../robot/io/observation.ts'
import { observationOffset, observationSize } from '../../../robot/io/spec.ts'
import { ToolController } from '../../../robot/io/tool-controller.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { model, onArm } from '../../sim/push-setup.ts'
import { atHeight, ConstantPolicy, setUpLoop, spec } from './loop-setup.ts'

const STEP_S = 1 / 25
const CYCLE_S = 1 / 100

function tipOf(goal: Float64Array): Float64Array {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(goal.subarray(0, model.numJoints))
  return kinematics.tip
}

/** Largest distance by which the tool point of the written goals ever moves in one policy period [m]. */
function fastestTravelM(writes: readonly { readonly goal: Float64Array }[]): number {
  let most = 0
  for (let k = 4; k < writes.length; k++) {
    const now = tipOf(writes[k]!.goal)
    const then = tipOf(writes[k - 4]!.goal)
    most = Math.max(most, Math.hypot(now[0]! - then[0]!, now[1]! - then[1]!, now[2]! - then[2]!))
  }
  return most
}

describe('the rhythm of a control loop', () => {
  it('is one policy step every 40 ms and one set-point every 10 ms', async () => {
    const policy = new ConstantPolicy(0.2, 0, atHeight(0.05))
    const { driver, loop, run } = setUpLoop({ policy })
    const report = await run(2)
    expect(report.end).toBe('interrupted')
    expect(report.steps).toBe(policy.states.length)
    // Steps at 0, 0.04, … below 2 s; the last instant may fall to either side.
    expect(Math.abs(report.steps - 2 / STEP_S)).toBeLessThanOrEqual(1)
    const times = driver.writes.map(({ timeS }) => timeS).filter((timeS) => timeS < 1.99)
    for (const [k, timeS] of times.entries()) expect(timeS).toBeCloseTo(k * CYCLE_S, 9)
    expect(loop.statistics.missed).toBe(0)
  })

  it('draws straight lines between the policy’s set-points', async () => {
    const { driver, run } = setUpLoop({ policy: new ConstantPolicy(0, -1, atHeight(0.05)) })
    await run(1)
    // To the right is positive for the shoulder's pan. Four equal increments of the shoulder's goal per policy period once the motion is under way.
    for (let k = 60; k < 92; k += 4) {
      const pan = driver.writes.slice(k, k + 5).map(({ goal }) => goal[0]!)
      const increments = pan.slice(1).map((value, i) => value - pan[i]!)
      for (const increment of increments) expect(increment).toBeCloseTo(increments[0]!, 9)
      expect(increments[0]).toBeGreaterThan(0.001)
    }
  })

  it('counts the deadlines that it misses', async () => {
    const { clock, driver, loop, run } = setUpLoop()
    let reads = 0
    const read = driver.read.bind(driver)
    driver.read = async (out) => {
      // The 50th read takes 35 ms: its own deadline and the next three are gone.
      if (++reads === 50) await clock.sleepUntil(clock.now() + 0.035)
      return read(out)
    }
    await run(1)
    expect(loop.statistics.missed).toBe(3)
  })
})

describe('what the policy is given', () => {
  it('is the observation that its spec describes, of the measured arm', async () => {
    const policy = new ConstantPolicy(0.3, -0.2, atHeight(0.04))
    const seen: { q: Float64Array; object: { xM: number; ageS: number } }[] = []
    const { loop, run } = setUpLoop({ policy })
    loop.tap = {
      policyStep: (view) => {
        seen.push({ q: view.measuredQ.slice(), object: { ...view.objects[0]! } })
      },
      episode: () => {},
    }
    await run(1)
    const controller = new ToolController(model, onArm.control.action)
    controller.reset(seen[0]!.q)
    const expected = new Float32Array(observationSize(spec))
    seen.forEach(({ q, object }, k) => {
      controller.measure(q)
      const measurement = { xM: 0.25, yM: 0, zM: 0, yawRad: 0, ageS: object.ageS, isFresh: false }
      measurement.isFresh = policy.observations[k]![observationOffset(spec, 'objectIsFresh')] === 1
      writeObservation(spec, controller, q, [measurement], Float64Array.of(0.3, 0.05), expected, 0)
      expect(policy.observations[k]).toEqual(expected)
      controller.step(Float32Array.of(0.3, -0.2, atHeight(0.04)), 0, q)
    })
    expect(seen.length).toBeGreaterThan(20)
  })

  it('waits until there are a goal and an object', async () => {
    const policy = new ConstantPolicy(1, 0, 0)
    const { driver, goal, run, clock } = setUpLoop({ policy })
    goal.version = 0
    clock.schedule(0.5, () => goal.set(0.2, 0.1))
    await run(0.48)
    expect(policy.states).toEqual([])
    // After the first cycles, in which the set-point takes up the arm's weight.
    const settled = driver.writes.filter(({ timeS }) => timeS > 0.1)
    for (const { goal: written } of settled) expect(written).toEqual(settled[0]!.goal)
  })
})

describe('recurrent state', () => {
  it('is cleared by a reset, and not by a new goal alone', async () => {
    const policy = new ConstantPolicy(0, 0, atHeight(0.05))
    const { clock, goal, requests, run } = setUpLoop({ policy })
    clock.schedule(0.41, () => goal.set(0.2, -0.1))
    clock.schedule(0.81, () => {
      requests.hasReset = true
    })
    await run(1.2)
    // Steps at 0 … 0.80 count up to 20; the reset at 0.81 is seen by the step at 0.84.
    const before = policy.states.slice(0, 21)
    expect(before).toEqual(Array.from({ length: 21 }, (_, k) => k))
    expect(policy.states.slice(21, 24)).toEqual([0, 1, 2])
    const goals = policy.observations.map(
      (values) => values[observationOffset(spec, 'goalPosition')],
    )
    expect(goals[5]).toBeCloseTo(0.3, 6)
    expect(goals[15]).toBeCloseTo(0.2, 6)
  })

  it('is cleared together with the previous action', async () => {
    const policy = new ConstantPolicy(0.5, 0, atHeight(0.05))
    const { clock, requests, run } = setUpLoop({ policy })
    clock.schedule(0.41, () => {
      requests.hasReset = true
    })
    await run(0.6)
    const at = observationOffset(spec, 'previousAction')
    const actions = policy.observations.map((values) => values[at])
    expect(actions[0]).toBe(0)
    expect(actions[10]).toBe(0.5)
    expect(actions[policy.states.indexOf(0, 1)]).toBe(0)
  })
})

describe('speed and shadow', () => {
  it('full speed takes the tool 10 mm per policy step, a share of it that share', async () => {
    const travel = async (speed: number) => {
      const { driver, run } = setUpLoop({ policy: new ConstantPolicy(1, 1, -1), speed })
      await run(0.6)
      return fastestTravelM(driver.writes.filter(({ timeS }) => timeS > 0.1))
    }
    // Joint-space lines between the set-points bulge a little beyond the tool's own.
    expect(await travel(1)).toBeGreaterThan(0.009)
    expect(await travel(1)).toBeLessThan(0.0115)
    expect(await travel(0.2)).toBeGreaterThan(0.0018)
    expect(await travel(0.2)).toBeLessThan(0.0026)
  })

  it('a shadow computes everything and sends nothing', async () => {
    const policy = new ConstantPolicy(1, 0, atHeight(0.02))
    const { driver, run } = setUpLoop({ policy, isShadow: true })
    const report = await run(3)
    expect(report.end).toBe('interrupted')
    expect(policy.states.length).toBeGreaterThan(70)
    expect(driver.writes).toEqual([])
    expect(driver.calls).toEqual([])
  })
})
