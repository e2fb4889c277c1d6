import { expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { createSampler, type Draw } from '../../../sim/randomization/draw.ts'
import { model, onArm, rulesOfSo101 } from '../push-setup.ts'

const rules = rulesOfSo101({
  tableHeightM: { offset: { uniform: [-0.01, 0.02] } },
  stiffness: { scale: { logUniform: [0.5, 2] } },
})
const sampler = createSampler(rules, model, onArm, 'push')
// In drawing order: stiffness before the table's height.
const spread = { low: [0.5, 1], high: [1, 0], pinnedShare: 0 }

function draws(count: number, pinnedShare: number): Draw[] {
  return Array.from({ length: count }, (_, episode) => {
    const draw = sampler.createDraw()
    sampler.sample(new RandomStream(8, episode), { ...spread, pinnedShare }, draw)
    return draw
  })
}

it('draws between bounds that stand apart for each parameter and each side', () => {
  expect(sampler.parameters).toEqual(['stiffness', 'tableHeightM'])
  const all = draws(500, 0)
  const stiffness = all.map((draw) => draw.values.stiffness[0]!)
  const height = all.map((draw) => draw.values.tableHeightM[0]!)
  // Half the way from 1 to 0.5 in the logarithm is √0.5.
  expect(Math.min(...stiffness)).toBeGreaterThanOrEqual(Math.SQRT1_2)
  expect(Math.min(...stiffness)).toBeLessThan(Math.SQRT1_2 * 1.02)
  expect(Math.max(...stiffness)).toBeGreaterThan(1.96)
  expect(Math.min(...height)).toBeLessThan(-0.0097)
  expect(Math.max(...height)).toBeLessThanOrEqual(0)
  for (const { pinned } of all) expect(pinned).toBe(-1)
})

it('pins one parameter to one of its present bounds in the share of draws asked for', () => {
  const all = draws(2000, 0.5)
  const pinned = all.filter((draw) => draw.pinned >= 0)
  expect(Math.abs(pinned.length - 1000)).toBeLessThan(4 * Math.sqrt(500))
  const bounds = [Math.SQRT1_2, 2, -0.01, 0]
  for (let bound = 0; bound < 4; bound++) {
    const here = pinned.filter((draw) => draw.pinned === bound)
    expect(here.length).toBeGreaterThan(180)
    for (const { values } of here) {
      const value = bound < 2 ? values.stiffness[0]! : values.tableHeightM[0]!
      expect(value).toBeCloseTo(bounds[bound]!, 12)
    }
  }
})

it('pins nothing to a bound that is the nominal value, where there is nothing to learn', () => {
  // Without noise by nature, and a camera that gives 30 Hz at best.
  const oneSided = rulesOfSo101({
    jointNoiseRad: { set: { uniform: [0, 0.003] } },
    objectRateHz: { set: { uniform: [15, 30] } },
  })
  const own = createSampler(oneSided, model, onArm, 'push')
  const draw = own.createDraw()
  const pinned = new Set<number>()
  for (let episode = 0; episode < 200; episode++) {
    const wide = { low: [1, 1], high: [1, 1], pinnedShare: 1 }
    own.sample(new RandomStream(10, episode), wide, draw)
    pinned.add(draw.pinned)
  }
  expect([...pinned].sort()).toEqual([1, 2])
  expect(own.drawn.map(({ lowShare }) => lowShare)).toEqual([0, 1])
})

it('widened beyond its rule reaches below zero only where that makes sense, and leaves bodies a mass', () => {
  const rulesAtZero = rulesOfSo101({
    objectMassKg: { set: { uniform: [0.01, 0.1] } },
    objectNoiseM: { set: { uniform: [0, 0.005] } },
    commandDelayS: { set: { normal: [0.02, 0.007] } },
    tableHeightM: { offset: { uniform: [-0.01, 0.01] } },
  })
  const own = createSampler(rulesAtZero, model, onArm, 'push')
  const draw = own.createDraw()
  const beyond = [1.5, 1.5, 1.5, 1.5]
  const least = { mass: 1, noise: 1, delay: 1, height: 1 }
  for (let episode = 0; episode < 2000; episode++) {
    const width = { low: beyond, high: beyond, pinnedShare: 0.5 }
    own.sample(new RandomStream(12, episode), width, draw)
    least.mass = Math.min(least.mass, draw.values.objectMassKg[0]!)
    least.noise = Math.min(least.noise, draw.values.objectNoiseM[0]!)
    least.delay = Math.min(least.delay, draw.values.commandDelayS[0]!)
    least.height = Math.min(least.height, draw.values.tableHeightM[0]!)
  }
  // One percent of its 80 g, where the rule would reach 80 - 1.5 · 70 = -25 g.
  expect(least.mass).toBeCloseTo(0.0008, 12)
  // The normal rule would reach 0.02 - 3 · 0.007 = -1 ms.
  expect(least.noise).toBe(0)
  expect(least.delay).toBe(0)
  expect(least.height).toBeCloseTo(-0.015, 12)
})

it('draws a normal distribution, cut off at three standard deviations', () => {
  const normal = rulesOfSo101({ gravity: { scale: { normal: [1, 0.05] } } })
  const own = createSampler(normal, model, onArm, 'push')
  const draw = own.createDraw()
  const values: number[] = []
  for (let episode = 0; episode < 4000; episode++) {
    own.sample(new RandomStream(9, episode), 1, draw)
    values.push(draw.values.gravity[0]!)
    expect(Math.abs(draw.coordinates[0]!)).toBeLessThanOrEqual(1 + 1e-6)
  }
  const mean = values.reduce((a, b) => a + b) / values.length
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)
  expect(Math.abs(mean - 1)).toBeLessThan((4 * 0.05) / Math.sqrt(4000))
  // Cut off at 3 σ the deviation is 0.9867 σ; it scatters by 1/√8000.
  expect(Math.abs(sd / 0.05 - 0.9867)).toBeLessThan(4 / Math.sqrt(8000))
})
