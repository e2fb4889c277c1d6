import { expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { createSampler } from '../../../sim/randomization/draw.ts'
import { PARAMETER_NAMES } from '../../../sim/randomization/parameters.ts'
import { model, onArm, randomization, rulesOfSo101 } from '../push-setup.ts'

const shifted = randomization('shifted')

it('has the ranges of wide, which it names as its base', () => {
  expect(shifted.arms).toEqual(randomization('wide').arms)
  expect(shifted.name).toBe('shifted')
})

it('puts a third of the parameters beyond the ranges of wide, by at most 30 %, others each time', () => {
  const sampler = createSampler(shifted, model, onArm, 'push')
  const draw = sampler.createDraw()
  // Where each parameter's first number stands among the coordinates.
  const starts: number[] = []
  let next = 0
  for (const name of sampler.parameters) {
    starts.push(next)
    next += draw.values[name].length
  }
  const numOut = Math.round(sampler.parameters.length / 3)
  const timesOut = new Map<string, number>()
  for (let episode = 0; episode < 300; episode++) {
    sampler.sample(new RandomStream(3, episode), 1, draw)
    const out = sampler.parameters.filter((_, p) => {
      const coordinate = Math.abs(draw.coordinates[starts[p]!]!)
      expect(coordinate).toBeLessThanOrEqual(1.3 + 1e-6)
      return coordinate > 1 + 1e-6
    })
    // Exactly on the edge has probability nothing; a coordinate within 1e-6 of it is as good as never.
    expect(Math.abs(out.length - numOut)).toBeLessThanOrEqual(0)
    for (const name of out) timesOut.set(name, (timesOut.get(name) ?? 0) + 1)
  }
  // Each is out 100 times of 300, give or take four standard deviations (8.2).
  for (const name of sampler.parameters) {
    expect(Math.abs(timesOut.get(name)! - 100), name).toBeLessThan(33)
  }
})

it('keeps what cannot be negative from becoming so', () => {
  const sampler = createSampler(shifted, model, onArm, 'push')
  const draw = sampler.createDraw()
  for (let episode = 0; episode < 300; episode++) {
    sampler.sample(new RandomStream(4, episode), 1, draw)
    for (const name of ['objectNoiseM', 'loadFriction', 'commandJitterS', 'coulombNm'] as const) {
      for (const value of draw.values[name]) expect(value).toBeGreaterThanOrEqual(0)
    }
  }
})

it('goes beyond both ends where both make sense', () => {
  const config = {
    ...rulesOfSo101({ tableHeightM: { offset: { uniform: [-0.01, 0.01] } } }),
    shift: { share: 1, reach: 1.3 },
  }
  const sampler = createSampler(config, model, onArm, 'push')
  const draw = sampler.createDraw()
  let numLow = 0
  for (let episode = 0; episode < 400; episode++) {
    sampler.sample(new RandomStream(5, episode), 1, draw)
    const height = draw.values.tableHeightM[0]!
    expect(Math.abs(height)).toBeGreaterThanOrEqual(0.01 - 1e-12)
    expect(Math.abs(height)).toBeLessThanOrEqual(0.013 + 1e-12)
    if (height < 0) numLow++
  }
  expect(Math.abs(numLow - 200)).toBeLessThan(40)
})

it('leaves all parameters without a rule alone', () => {
  const sampler = createSampler(shifted, model, onArm, 'push')
  const draw = sampler.createDraw()
  const before = structuredClone(draw.values)
  sampler.sample(new RandomStream(6), 1, draw)
  for (const name of PARAMETER_NAMES) {
    if (!sampler.parameters.includes(name)) expect(draw.values[name]).toEqual(before[name])
  }
})
