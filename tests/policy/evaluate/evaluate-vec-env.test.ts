import { describe, expect, it } from 'vitest'
import type { EvaluatedActor } from '../../../policy/evaluate/actor-in-env.ts'
import { evaluateVecEnv, playVecEnv } from '../../../policy/evaluate/evaluate-vec-env.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { VecEnv } from '../../../sim/world/vec-env.ts'
import { randomParameters } from '../file/policy-fixture.ts'

const options = { episodes: 5, seed: 3, width: 1 }

describe('evaluateVecEnv', () => {
  it('leaves every point where it started when nobody moves it', async () => {
    const starts = Array.from({ length: 5 }, (_, episode) => startOf(3, episode))
    const outcomes = await playVecEnv({ kind: 'still' }, createPointEnv(2), options)
    outcomes.forEach(({ distanceM }, episode) => {
      expect(distanceM).toBeCloseTo(Math.abs(starts[episode]!), 6)
    })
  })

  it('lets a scripted actor reach the goal from everywhere', async () => {
    const toGoal: EvaluatedActor = {
      kind: 'scripted',
      act: (env, index, out) => {
        out[0] = -10 * env.observation[index]!
      },
    }
    const result = await evaluateVecEnv(toGoal, createPointEnv(3), options)
    expect(result.episodes).toBe(5)
    expect(result.success['0.03']?.rate).toBe(1)
    expect(result.settled?.['0.03']?.rate).toBe(1)
    expect(result.faults).toBe(0)
  })

  const shape = { observation: 1, embed: 4, hidden: 4, head: 4, action: 1 }
  it.each<[string, EvaluatedActor]>([
    ['random', { kind: 'random' }],
    ['policy', { kind: 'policy', parameters: randomParameters(shape) }],
  ])('gives the %s actor the same episodes, however many play at once', async (_name, actor) => {
    const alone = await playVecEnv(actor, createPointEnv(1), options)
    const together = await playVecEnv(actor, createPointEnv(3), options)
    expect(together).toEqual(alone)
    expect(new Set(alone.map((o) => o.distanceM)).size).toBe(5)
  })

  it('counts a world that diverged as a fault', async () => {
    const explode: EvaluatedActor = {
      kind: 'scripted',
      act: (_env, _index, out) => out.fill(Number.NaN),
    }
    const result = await evaluateVecEnv(explode, createPointEnv(2), options)
    expect(result.faults).toBe(5)
    expect(result.finalDistanceM).toBeNull()
  })

  it('waits at every moment for who looks on, and gives the same outcomes', async () => {
    const drifting: EvaluatedActor = { kind: 'random' }
    const alone = await playVecEnv(drifting, createPointEnv(2), options)
    const moments: number[][] = []
    let isLooking = false
    const watched = await playVecEnv(drifting, createPointEnv(2), {
      ...options,
      look: async ({ episode, step, outcomes }) => {
        expect(isLooking).toBe(false)
        isLooking = true
        moments.push([episode, step, outcomes.length])
        await Promise.resolve()
        isLooking = false
      },
    })
    expect(watched).toEqual(alone)
    // Three batches of two, each its beginning and ten steps.
    expect(moments).toEqual(
      [0, 2, 4].flatMap((first) => Array.from({ length: 11 }, (_each, k) => [first, k, first])),
    )
  })

  it('lets messages through, and ends with the reason of a signal that aborts', async () => {
    const interruption = new AbortController()
    setImmediate(() => interruption.abort(new Error('enough')))
    const { signal } = interruption
    const played = playVecEnv({ kind: 'still' }, createPointEnv(2), { ...options, signal })
    await expect(played).rejects.toThrow('enough')
  })

  it('reports progress in whole batches, ending at the number asked for', async () => {
    const done: number[] = []
    await evaluateVecEnv({ kind: 'still' }, createPointEnv(2), {
      ...options,
      onProgress: (episodes) => done.push(episodes),
    })
    expect(done).toEqual([2, 4, 5])
  })
})

function startOf(seed: number, episode: number): number {
  return new RandomStream(seed, episode).between(-0.5, 0.5)
}

/** Points on a line: action ±1 moves 0.1 m per step, the goal is at 0, the observation is the place. */
function createPointEnv(numEnvs: number): VecEnv {
  const observation = new Float32Array(numEnvs)
  const distanceM = new Float32Array(numEnvs)
  const objectSpeedMPerS = new Float32Array(numEnvs)
  const measure = () => distanceM.set(observation.map(Math.abs))
  return {
    numEnvs,
    observationSize: 1,
    criticSize: 1,
    actionSize: 1,
    episodeSteps: 10,
    randomized: [],
    pinned: new Int32Array(numEnvs).fill(-1),
    observation,
    critic: new Float32Array(numEnvs),
    reward: new Float32Array(numEnvs),
    distanceM,
    objectSpeedMPerS,
    reset({ seed, episode }) {
      for (let k = 0; k < numEnvs; k++) observation[k] = startOf(seed, episode + k)
      measure()
    },
    newGoal() {},
    step(actions) {
      for (let k = 0; k < numEnvs; k++) {
        observation[k] = observation[k]! + 0.1 * actions[k]!
        objectSpeedMPerS[k] = Math.abs(actions[k]!)
      }
      measure()
    },
    dispose() {},
  }
}
