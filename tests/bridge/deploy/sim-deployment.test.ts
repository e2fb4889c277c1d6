import { expect, it } from 'vitest'
import type { DeploymentOptions } from '../../../bridge/deploy/deployment.node.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { runSimDeployment } from '../../../bridge/deploy/sim-deployment.node.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import type { EventClock } from '../../../robot/model/clock.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { sleepByEvent } from '../../../robot/model/sleep.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

const SIM = { kind: 'sim' } as const

/** Time that passes so many times as fast. */
function fast(times: number): EventClock {
  const real = new RealClock()
  const clock: EventClock = {
    now: () => real.now() * times,
    schedule: (timeS, run) => real.schedule(timeS / times, run),
    sleepUntil: (timeS, signal) => sleepByEvent(clock, timeS, signal),
  }
  return clock
}

async function rehearse(name: string, reality: string, options: Partial<DeploymentOptions> = {}) {
  const actor = await loadTaskActor({ name })
  return runSimDeployment({
    actor,
    config: loadDeployConfig(actor.arm.name),
    reality: loadReality(reality),
    pace: fast(50),
    object: SIM,
    goal: SIM,
    episodes: 1,
    speed: 1,
    isShadow: false,
    seed: 1,
    signal: new AbortController().signal,
    ...options,
  })
}

it('an arm of servos is rehearsed with, joints told by its sensors, to a fixed goal', async () => {
  const report = await rehearse('push-so101', 'nominal', {
    goal: [0.25, 0.05],
    joints: SIM,
    gripper: SIM,
  })
  expect(report.end).toBe('episodes')
  // Eight seconds at 25 Hz.
  expect(report.steps).toBeGreaterThanOrEqual(198)
  expect(report.episodes).toHaveLength(1)
  expect(report.episodes[0]).toMatchObject({ goal: [0.25, 0.05], isSuccess: true })
  expect(report.timing.loop.missed).toBeLessThan(10)
  expect(report.rejectedJoints).toMatchObject({ old: 0, future: 0, backwards: 0 })
  // As the reality says: 20 to 30 Hz, some 60 ms old.
  expect(report.sensors.object!.delayS.p50).toBeCloseTo(0.06, 1)
})

it('an arm without a servo bus is rehearsed with over ROS 2 inside the process', async () => {
  const report = await rehearse('push-panda', 'panda-nominal')
  expect(report.end).toBe('episodes')
  // Four seconds at 25 Hz.
  expect(report.steps).toBeGreaterThanOrEqual(98)
  expect(report.episodes[0]!.isSuccess).toBe(true)
})

it('a rehearsal that is called off ends as on an arm, and leaves nothing that goes on', async () => {
  const ending = new AbortController()
  const report = await rehearse('push-so101', 'nominal', {
    signal: ending.signal,
    createTap: () => ({ policyStep: () => ending.abort(), episode() {} }),
  })
  expect(report.end).toBe('interrupted')
  expect(report.episodes).toEqual([])
})
