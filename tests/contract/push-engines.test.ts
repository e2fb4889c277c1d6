import { describe, expect, it } from 'vitest'
import { evaluateVecEnv } from '../../policy/evaluate/evaluate-vec-env.ts'
import { PushScript } from '../../sim/solvers/push-script.ts'
import { createTaskEnv, type EngineConfig } from '../../sim/world/create-task-env.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import { model, onArm, randomization, so101, task } from '../sim/push-setup.ts'

const RAPIER: EngineConfig = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 }
const MUJOCO: EngineConfig = { kind: 'mujoco', timestepS: 0.008, iterations: 4, substeps: 8 }

const createEnv = (engine: EngineConfig, numEnvs: number, preset = 'nominal') =>
  createTaskEnv({ arm: so101, task, randomization: randomization(preset), engine }, { numEnvs })

async function scriptedSuccess(env: TaskEnv, episodes: number): Promise<number> {
  const scripts = Array.from({ length: env.numEnvs }, () => new PushScript(env.spec, onArm, model))
  const result = await evaluateVecEnv(
    {
      kind: 'scripted',
      act: (_env, index, out) => {
        if (env.episodeTimeS === 0) scripts[index]!.reset()
        scripts[index]!.act(env.observation, index * env.observationSize, out, 0)
      },
    },
    env,
    { episodes, seed: 5, width: 1, criteria: { thresholdsM: [0.05], settledSpeedMPerS: 0.02 } },
  )
  return result.success['0.05']!.rate
}

describe('the scripted pusher', () => {
  it('brings at least 29 of 32 nominal episodes within 5 cm in Rapier', async () => {
    const env = await createEnv(RAPIER, 32)
    try {
      expect(await scriptedSuccess(env, 32)).toBeGreaterThanOrEqual(29 / 32)
    } finally {
      env.dispose()
    }
  })

  it('brings most of 8 nominal episodes within 5 cm in MuJoCo', async () => {
    const env = await createEnv(MUJOCO, 8)
    try {
      expect(await scriptedSuccess(env, 8)).toBeGreaterThanOrEqual(6 / 8)
    } finally {
      env.dispose()
    }
  })
})

describe('both engines', () => {
  it('begin the same episodes: draws, starts, goals and what the arm first sees', async () => {
    const rapier = await createEnv(RAPIER, 4, 'wide')
    const mujoco = await createEnv(MUJOCO, 4, 'wide')
    try {
      for (const episode of [0, 40]) {
        rapier.reset({ seed: 3, episode, width: 1 })
        mujoco.reset({ seed: 3, episode, width: 1 })
        for (let k = 0; k < 4; k++) {
          const [a, b] = [rapier.arms[k]!, mujoco.arms[k]!]
          expect(a.draw).toEqual(b.draw)
          expect(a.physics).toEqual(b.physics)
          expect(rapier.tasks[k]!.goal).toEqual(mujoco.tasks[k]!.goal)
        }
        rapier.observation.forEach((value, i) => {
          expect(value).toBeCloseTo(mujoco.observation[i]!, 5)
        })
      }
    } finally {
      rapier.dispose()
      mujoco.dispose()
    }
  })
})

describe('an episode', () => {
  /** Plays a second of the same actions in both, arm k of `a` like arm `first + k` of `b`. */
  function playBoth(a: TaskEnv, b: TaskEnv, first: number, each: (arm: number) => void): void {
    const actions = new Float32Array(3 * b.numEnvs)
    for (let step = 0; step < 25; step++) {
      for (let i = 0; i < actions.length; i++) actions[i] = Math.sin(0.3 * step + i)
      b.step(actions)
      a.step(actions.subarray(3 * first, 3 * (first + a.numEnvs)))
      for (let k = 0; k < a.numEnvs; k++) each(k)
    }
  }

  it('is the same to the last bit whoever plays beside it', async () => {
    const one = await createEnv(RAPIER, 8, 'wide')
    const other = await createEnv(RAPIER, 8, 'wide')
    try {
      one.reset({ seed: 1, episode: 100, width: 1 })
      other.reset({ seed: 1, episode: 100, width: 1 })
      const size = one.observationSize
      const actions = new Float32Array(24)
      for (let step = 0; step < 50; step++) {
        for (let i = 0; i < 24; i++) actions[i] = Math.sin(0.3 * step + i)
        one.step(actions)
        for (let i = 0; i < 24; i++) if (i < 15 || i >= 18) actions[i] = -actions[i]!
        other.step(actions)
        const at = 5 * size
        expect(other.observation.subarray(at, at + size)).toEqual(
          one.observation.subarray(at, at + size),
        )
      }
      expect(other.observation.subarray(0, size)).not.toEqual(one.observation.subarray(0, size))
    } finally {
      one.dispose()
      other.dispose()
    }
  })

  it('is the same in batches of 4 and of 8, but for what contact makes of rounding', async () => {
    const four = await createEnv(RAPIER, 4, 'wide')
    const eight = await createEnv(RAPIER, 8, 'wide')
    try {
      const apartM: number[] = []
      for (let episode = 100; episode < 180; episode += 8) {
        four.reset({ seed: 1, episode: episode + 4, width: 1 })
        eight.reset({ seed: 1, episode, width: 1 })
        const worst = new Float64Array(4)
        playBoth(four, eight, 4, (k) => {
          const { point } = four.tasks[k]!.outcome
          const there = eight.tasks[k + 4]!.outcome.point
          for (let i = 0; i < 3; i++) {
            worst[k] = Math.max(worst[k]!, Math.abs(point[i]! - there[i]!))
          }
        })
        apartM.push(...worst)
      }
      // The shared world is of single precision and the places in it differ by metres, 2e-7 m in rounding.
      // A touch multiplies that; two arms that saw different worlds would be centimetres apart, all of them.
      apartM.sort((a, b) => a - b)
      expect(apartM[Math.floor(0.75 * apartM.length)]).toBeLessThan(2e-4)
      expect(apartM.at(-1)).toBeLessThan(0.02)
    } finally {
      four.dispose()
      eight.dispose()
    }
  })
})
