import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type ActorParameters,
  type ActorShape,
  actorTensorNames,
  actorTensorShapes,
} from '../../../policy/networks/actor-parameters.ts'
import { createActorRunner } from '../../../policy/runtime/actor-runner.ts'
import { createKernelRunner } from '../../../policy/runtime/kernel-runner.ts'
import { createReferenceRunner } from '../../../policy/runtime/reference-runner.ts'
import { randomObservations, randomParameters } from '../file/policy-fixture.ts'

interface Golden {
  readonly shape: ActorShape
  readonly normClip: number
  readonly steps: readonly {
    readonly observation: readonly number[]
    readonly mean: readonly number[]
    readonly h: readonly number[]
    readonly c: readonly number[]
  }[]
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/policy-step.json', import.meta.url), 'utf8'),
) as Golden

const RUNNERS = { kernels: createKernelRunner, reference: createReferenceRunner }

describe.each(Object.entries(RUNNERS))('the actor runner (%s)', (_name, createRunner) => {
  it('repeats five recurrent steps that NumPy worked out in double precision', () => {
    const runner = createRunner(goldenParameters(), 1)
    const state = new Float32Array(runner.stateSize)
    const mean = new Float32Array(golden.shape.action)
    for (const step of golden.steps) {
      runner.step(Float32Array.from(step.observation), state, mean)
      expectClose(mean, step.mean)
      expectClose(state, [...step.h, ...step.c])
    }
  })

  it('gives an arm the same bits alone and in a batch', () => {
    const shape = { observation: 7, embed: 16, hidden: 20, head: 12, action: 3 }
    const parameters = randomParameters(shape)
    const batch = 6
    const together = createRunner(parameters, batch)
    const alone = createRunner(parameters, 1)
    const states = new Float32Array(batch * together.stateSize)
    const means = new Float32Array(batch * shape.action)
    const state = new Float32Array(alone.stateSize)
    const mean = new Float32Array(shape.action)
    const row = 4
    for (const observation of randomObservations(10, batch * shape.observation)) {
      together.step(observation, states, means)
      const start = row * shape.observation
      alone.step(observation.slice(start, start + shape.observation), state, mean)
      expect(means.slice(row * 3, row * 3 + 3)).toEqual(mean)
    }
    expect(states.slice(row * 40, row * 40 + 40)).toEqual(state)
  })

  it('allocates nothing in a step', () => {
    const parameters = randomParameters({
      observation: 7,
      embed: 16,
      hidden: 20,
      head: 12,
      action: 3,
    })
    const runner = createRunner(parameters, 2)
    const [observation, state] = [new Float32Array(14), new Float32Array(2 * runner.stateSize)]
    const mean = new Float32Array(6)
    const grow = () => {
      const before = process.memoryUsage().heapUsed
      for (let k = 0; k < 2000; k++) runner.step(observation, state, mean)
      return process.memoryUsage().heapUsed - before
    }
    // A collection makes it less; compiling, at first, more.
    const grown = Array.from({ length: 15 }, grow)
      .slice(5)
      .sort((a, b) => a - b)
    expect(grown[5]! / 2000).toBeLessThan(4)
  })

  it('steps with the parameters it was given last, and keeps no link to the arrays', () => {
    const shape = { observation: 3, embed: 4, hidden: 4, head: 4, action: 2 }
    const first = randomParameters(shape)
    const second = structuredClone(first)
    second.tensors.outB.fill(0.25)
    second.tensors.outW.fill(0)
    const runner = createRunner(first, 1)
    runner.load(second)
    second.tensors.outB.fill(9)
    const mean = new Float32Array(2)
    runner.step(new Float32Array(3), new Float32Array(8), mean)
    expect([...mean]).toEqual([0.25, 0.25])
  })

  it('refuses parameters of another shape and names the size', () => {
    const shape = { observation: 3, embed: 4, hidden: 4, head: 4, action: 2 }
    const runner = createRunner(randomParameters(shape), 1)
    expect(() => runner.load(randomParameters({ ...shape, embed: 8 }))).toThrow(
      /size embed must stay 4, found 8/,
    )
  })
})

describe('kinds of memory', () => {
  const common = { observation: 5, embed: 12, hidden: 8, head: 4, action: 2 }
  const SHAPES: Readonly<Record<string, ActorShape>> = {
    gru: { ...common, memory: 'gru' },
    none: { ...common, memory: 'none' },
    history: { ...common, memory: 'history', frames: 3 },
  }

  it.each(Object.entries(SHAPES))('%s: kernels and reference say the same', (_kind, shape) => {
    const parameters = randomParameters(shape)
    const batch = 3
    const runners = Object.values(RUNNERS).map((create) => create(parameters, batch))
    const states = runners.map((runner) => new Float32Array(batch * runner.stateSize))
    const means = runners.map(() => new Float32Array(batch * shape.action))
    for (const observation of randomObservations(6, batch * shape.observation)) {
      for (const [k, runner] of runners.entries()) {
        runner.step(observation, states[k]!, means[k]!)
      }
      expectClose(means[0]!, [...means[1]!])
      expectClose(states[0]!, [...states[1]!])
    }
  })

  it('a history remembers as many normalised observations as it has frames, newest first', () => {
    const parameters = randomParameters(SHAPES['history']!)
    parameters.tensors.normMean.fill(1)
    parameters.tensors.normStd.fill(2)
    const runner = createActorRunner(parameters, 1)
    const state = new Float32Array(runner.stateSize)
    expect(state).toHaveLength(10)
    for (const x of [3, 5, 7]) runner.step(new Float32Array(5).fill(x), state, new Float32Array(2))
    // (7 - 1) / 2 = 3, (5 - 1) / 2 = 2; the first is forgotten.
    expect([...state]).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 2, 2])
  })

  it('without a memory the same observation gives the same action, and there is no state', () => {
    const runner = createActorRunner(randomParameters(SHAPES['none']!), 1)
    expect(runner.stateSize).toBe(0)
    const means = [3, -1, 3].map((x) => {
      const mean = new Float32Array(2)
      runner.step(new Float32Array(5).fill(x), new Float32Array(0), mean)
      return [...mean]
    })
    expect(means[2]).toEqual(means[0])
    expect(means[1]).not.toEqual(means[0])
  })
})

describe('createActorRunner', () => {
  it('runs hidden sizes that the kernels do not take', () => {
    const shape = { observation: 3, embed: 4, hidden: 5, head: 4, action: 2 }
    const runner = createActorRunner(randomParameters(shape), 2)
    const mean = new Float32Array(4)
    runner.step(new Float32Array(6), new Float32Array(20), mean)
    expect(mean[0]).not.toBe(0)
    expect(mean.slice(0, 2)).toEqual(mean.slice(2))
  })

  it('refuses a tensor whose size does not fit the shape', () => {
    const parameters = randomParameters({ observation: 3, embed: 4, hidden: 4, head: 4, action: 2 })
    const broken = { ...parameters, tensors: { ...parameters.tensors, outB: new Float32Array(3) } }
    expect(() => createActorRunner(broken, 1)).toThrow(/outB must hold 2 values, found 3/)
  })
})

/** The formula of policy-step.py. */
function goldenParameters(): ActorParameters {
  const shapes = actorTensorShapes(golden.shape)
  const entries = actorTensorNames(golden.shape).map((name, n) => {
    const length = shapes[name]!.reduce((a, b) => a * b, 1)
    const wave = (k: number) => 0.5 * Math.sin(1 + 0.7 * k + n)
    const value = (k: number) => (name === 'normStd' ? 0.5 + wave(k) ** 2 : wave(k))
    return [name, Float32Array.from({ length }, (_, k) => value(k))] as const
  })
  const tensors = Object.fromEntries(entries) as ActorParameters['tensors']
  return { shape: golden.shape, normClip: golden.normClip, tensors }
}

function expectClose(found: Float32Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length)
  expected.forEach((value, k) => {
    expect(Math.abs(found[k]! - value)).toBeLessThan(1e-6)
  })
}
