import { afterEach, describe, expect, it } from 'vitest'
import { createSimulation } from '../../../bridge/deploy/evaluate-simulation.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import type { Draws, WorldStates } from '../../../bridge/viewer/frames.ts'
import { playSample } from '../../../bridge/viewer/play-sample.ts'
import { createSampleFrames } from '../../../bridge/viewer/sample-frames.ts'
import { createActorInEnv } from '../../../policy/evaluate/actor-in-env.ts'
import type { Clock } from '../../../robot/model/clock.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'

const COUNT = 2
const PERIOD_S = 0.04
/** Reach on an SO-101: 100 steps of 40 ms, then 1.5 s to look at the end (38 steps). */
const STEPS = 100
const LOOK_STEPS = 38

const envs: TaskEnv[] = []

afterEach(() => {
  for (const env of envs.splice(0)) env.dispose()
})

interface Shown {
  readonly draws: { readonly atS: number; readonly draws: Draws }[]
  readonly worlds: { readonly atS: number; readonly states: WorldStates }[]
  begins: number
}

/** Plays for some time and returns what a viewer was shown when. */
async function playFor(
  durationS: number,
  takeRequest: (atS: number) => boolean = () => false,
  wrap: (clock: Clock) => Clock = (clock) => clock,
): Promise<Shown> {
  const actor = await loadTaskActor({ name: 'still', task: 'reach' })
  const randomization = loadRandomization('wide')
  const env = await createSimulation(actor, { world: 'rapier', randomization, numEnvs: COUNT })
  envs.push(env)
  const virtual = new VirtualClock()
  const clock = wrap(virtual)
  const end = new AbortController()
  virtual.schedule(durationS, () => end.abort())
  const shown: Shown = { draws: [], worlds: [], begins: 0 }
  const still = createActorInEnv({ kind: 'still' }, env, 1)
  await virtual.run(
    playSample({
      env,
      actor: { begin: () => void shown.begins++, act: still.act },
      frames: createSampleFrames(actor, env, 'wide'),
      viewer: {
        draws: (draws) => void shown.draws.push({ atS: clock.now(), draws }),
        worlds: (states) => void shown.worlds.push({ atS: clock.now(), states }),
      },
      periodS: PERIOD_S,
      seed: 1,
      clock,
      signal: end.signal,
      takeRequest: () => takeRequest(clock.now()),
    }),
  )
  return shown
}

describe('playing a sample', () => {
  it('keeps the pace of the clock, and draws anew after each episode and a look at its end', async () => {
    const { draws, worlds, begins } = await playFor(12)
    const wholeS = (STEPS + LOOK_STEPS + 1) * PERIOD_S
    expect(draws.map(({ draws: { episode } }) => episode)).toEqual([0, COUNT, 2 * COUNT])
    expect(begins).toBe(3)
    for (const [k, { atS }] of draws.entries()) expect(atS).toBeCloseTo(k * (wholeS - PERIOD_S), 6)
    const first = worlds.filter(({ states }) => states.episode === 0)
    expect(first).toHaveLength(1 + STEPS + LOOK_STEPS)
    for (const [k, { atS, states }] of first.entries()) {
      expect(atS).toBeCloseTo(k * PERIOD_S, 6)
      expect(states.timeS).toBeCloseTo(Math.min(k, STEPS) * PERIOD_S, 6)
    }
    expect(draws[1]!.draws.worlds).not.toEqual(draws[0]!.draws.worlds)
  })

  it('draws anew at once when it is asked to', async () => {
    let isAsked = true
    const { draws, worlds } = await playFor(2, (atS) => {
      const isNow = isAsked && atS >= 1 - 1e-9
      if (isNow) isAsked = false
      return isNow
    })
    expect(draws).toHaveLength(2)
    expect(draws[1]!.atS).toBeCloseTo(1, 6)
    // Every state belongs to the draws before it.
    for (const { atS, states } of worlds) {
      if (atS < 1 - 1e-9) expect(states.episode).toBe(0)
      if (atS > 1 + 1e-9) expect(states.episode).toBe(COUNT)
    }
  })

  it('runs slower on a slow machine instead of skipping or catching up', async () => {
    let lateS = 0
    // Every sleep ends 60 ms late.
    const slow = (clock: Clock): Clock => ({
      now: () => clock.now(),
      async sleepUntil(timeS, signal) {
        lateS++
        await clock.sleepUntil(timeS + 0.06, signal)
      },
    })
    const { worlds } = await playFor(3, undefined, slow)
    expect(lateS).toBeGreaterThan(10)
    for (const [k, { atS, states }] of worlds.entries()) {
      expect(atS).toBeCloseTo(k === 0 ? 0 : 0.1 + (k - 1) * 0.06, 6)
      expect(states.timeS).toBeCloseTo(k * PERIOD_S, 6)
    }
  })
})
