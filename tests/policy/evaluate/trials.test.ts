import { describe, expect, it } from 'vitest'
import type { EvaluatedActor } from '../../../policy/evaluate/actor-in-env.ts'
import { readOut } from '../../../policy/evaluate/readout.ts'
import { playTrials, summariseAttempts } from '../../../policy/evaluate/trials.ts'
import { exportActor, initialActorWeights } from '../../../policy/networks/actor.ts'
import { createNormaliser } from '../../../policy/networks/running-normaliser.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { RecallEnv } from '../learning/recall-env.ts'

const SHAPE = { observation: 2, embed: 4, hidden: 8, head: 4, action: 1 }
const PARAMETERS = exportActor({
  shape: SHAPE,
  flat: initialActorWeights(SHAPE, -0.5, new RandomStream(1)),
  normaliser: createNormaliser(2),
  normClip: 6,
})

const OPTIONS = { trials: 5, goals: 3, seed: 1, width: 1, thresholdM: 0.5, isStateReset: false }

describe('trials', () => {
  it('play several goals in one draw and tell since when each was reached', async () => {
    const env = new RecallEnv(4)
    let step = 0
    // Knows the bit; is right from the fourth step of every goal on, and never in the second arm.
    const actor: EvaluatedActor = {
      kind: 'scripted',
      act: (_env, index, out) => {
        if (index === 0) step++
        const bit = env.critic[2 * index]!
        out[0] = (index === 1 || (step - 1) % 8 < 3 ? -1 : 1) * bit
      },
    }
    const trials = await playTrials(actor, env, OPTIONS)
    expect(trials).toHaveLength(5)
    expect(env.resets.map(({ episode }) => episode)).toEqual([0, 4])
    expect(env.newGoals).toBe(4)
    expect(trials[0]).toEqual(Array(3).fill({ distanceM: 0, stepsToGoal: 4 }))
    expect(trials[1]).toEqual(Array(3).fill({ distanceM: 1, stepsToGoal: null }))
    const [first] = summariseAttempts(trials, { goals: 3, stepS: 0.04 })
    expect(first).toMatchObject({ attempt: 1, success: { rate: 0.8 } })
    expect(first!.timeToGoalS).toBeCloseTo(0.16, 12)
  })

  it('keep the recurrent state from goal to goal, unless it is to be reset', async () => {
    const play = async (isStateReset: boolean) => {
      const env = new RecallEnv(4)
      const actions: number[][] = []
      const step = env.step.bind(env)
      env.step = (values) => {
        actions.push([...values])
        step(values)
      }
      const actor: EvaluatedActor = { kind: 'policy', parameters: PARAMETERS }
      await playTrials(actor, env, { ...OPTIONS, trials: 4, isStateReset })
      return actions
    }
    const [kept, reset] = [await play(false), await play(true)]
    // The env shows the same again: who has forgotten acts the same again.
    expect(reset.slice(8, 16)).toEqual(reset.slice(0, 8))
    expect(kept.slice(0, 8)).toEqual(reset.slice(0, 8))
    expect(kept.slice(8, 16)).not.toEqual(reset.slice(8, 16))
  })
})

describe('both', () => {
  const interruption = () => {
    const ending = new AbortController()
    return { signal: ending.signal, end: () => ending.abort(new Error('enough')) }
  }
  const wanted = { episodes: 8, seed: 5, atSteps: [8], names: ['bit'] }
  const readTruth = (arm: number, out: Float64Array) => out.fill(arm)

  it('let messages through, and end with the reason of a signal that aborts', async () => {
    const [trials, readouts] = [interruption(), interruption()]
    setImmediate(trials.end)
    const { signal } = trials
    const played = playTrials({ kind: 'still' }, new RecallEnv(4), { ...OPTIONS, signal })
    await expect(played).rejects.toThrow('enough')
    setImmediate(readouts.end)
    const asked = { ...wanted, readTruth, signal: readouts.signal }
    await expect(readOut(PARAMETERS, new RecallEnv(4), asked)).rejects.toThrow('enough')
  })

  it('end, a read-out also while it is fitted', async () => {
    const { signal, end } = interruption()
    const onProgress = (done: number) => done === 8 && end()
    const asked = { ...wanted, readTruth, signal, onProgress }
    await expect(readOut(PARAMETERS, new RecallEnv(4), asked)).rejects.toThrow('enough')
  })
})

describe('a read-out of the recurrent state', () => {
  it('tells what the policy was shown once, not before, and nothing of what it was not shown', async () => {
    const env = new RecallEnv(50)
    const random = new RandomStream(2)
    const readouts = await readOut(PARAMETERS, env, {
      episodes: 400,
      seed: 5,
      atSteps: [0, 1, 8],
      names: ['bit', 'unseen', 'constant'],
      readTruth: (arm, out) => out.set([env.critic[2 * arm]!, random.normal(), 3]),
    })
    const [bit, other, constant] = readouts.map(({ explained }) => explained) as number[][]
    // Before the first step the best guess is the mean.
    expect(Math.abs(bit![0]!)).toBeLessThan(0.1)
    expect(bit![1]).toBeGreaterThan(0.95)
    expect(other![1]).toBeLessThan(0.1)
    expect(constant).toEqual([null, null, null])
  })

  it('is made of as many episodes as are asked for, whatever the last batch plays beyond them', async () => {
    const read = async (beyond: number) => {
      const env = new RecallEnv(10)
      const done: number[] = []
      const readouts = await readOut(PARAMETERS, env, {
        ...{ episodes: 44, seed: 5, atSteps: [8], names: ['bit'] },
        readTruth: (arm, out) => {
          const { episode } = env.resets.at(-1)!
          out.fill(episode + arm < 44 ? env.critic[2 * arm]! : beyond)
        },
        onProgress: (episodes) => done.push(episodes),
      })
      return { explained: readouts[0]!.explained[0]!, done }
    }
    const { explained, done } = await read(0)
    expect(done).toEqual([10, 20, 30, 40, 44])
    expect(explained).toBeGreaterThan(0.5)
    expect((await read(1000)).explained).toBe(explained)
  })

  it('says nothing by episodes of which too few are held out', async () => {
    const env = new RecallEnv(1)
    const [readout] = await readOut(PARAMETERS, env, {
      ...{ episodes: 3, seed: 5, atSteps: [0, 8], names: ['any'] },
      readTruth: (_arm, out) => out.fill(new RandomStream(env.resets.length).normal()),
    })
    expect(readout!.explained).toEqual([null, null])
  })
})
