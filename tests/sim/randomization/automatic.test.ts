import { expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import {
  advanceAutomatic,
  entropyOf,
  meanWidth,
  spreadOf,
  startAutomatic,
} from '../../../sim/randomization/automatic.ts'
import { createSampler } from '../../../sim/randomization/draw.ts'
import { model, onArm, rulesOfSo101 } from '../push-setup.ts'

const config = {
  pinnedShare: 0.5,
  bufferEpisodes: 20,
  highSuccess: 0.7,
  lowSuccess: 0.3,
  step: 0.05,
  mostWidth: 1.5,
}

it('widens each bound as far as a policy can do, and no further', () => {
  // A made-up policy that fails on tables above 12 mm and below -5 mm, and whenever friction passes 0.5.
  const rules = rulesOfSo101({
    objectFrictionTable: { set: { uniform: [0.25, 0.45] } },
    tableHeightM: { offset: { uniform: [-0.01, 0.01] } },
  })
  const sampler = createSampler(rules, model, onArm, 'push')
  expect(sampler.parameters).toEqual(['objectFrictionTable', 'tableHeightM'])
  const draw = sampler.createDraw()
  const lowShares = sampler.drawn.map(({ lowShare }) => lowShare)
  let state = startAutomatic(lowShares, 0)
  for (let round = 0; round < 300; round++) {
    const results = Array.from({ length: 64 }, (_, k) => {
      sampler.sample(new RandomStream(1, round, k), spreadOf(state, config), draw)
      const height = draw.values.tableHeightM[0]!
      const friction = draw.values.objectFrictionTable[0]!
      const isSuccess = height > -0.005 && height < 0.012 && friction < 0.5
      return { pinned: draw.pinned, isSuccess }
    })
    state = advanceAutomatic(state, results, config)
  }
  // Friction 0.35 nominal: no lower limit, so all the way; at most (0.5 - 0.35) / 0.1 = 1.5 upwards.
  expect(state.low[0]).toBeCloseTo(1.5, 9)
  expect(state.high[0]).toBeGreaterThan(1.3)
  // Half of the way to -10 mm, 1.2 of the way to 10 mm, give or take two steps.
  expect(Math.abs(state.low[1]! - 0.5)).toBeLessThanOrEqual(0.1 + 1e-9)
  expect(Math.abs(state.high[1]! - 1.2)).toBeLessThanOrEqual(0.1 + 1e-9)
})

it('decides on full buffers alone, and begins each anew', () => {
  const success = (pinned: number, count: number, isSuccess = true) =>
    Array.from({ length: count }, () => ({ pinned, isSuccess }))
  let state = startAutomatic([0.5], 0.5)
  state = advanceAutomatic(state, success(0, 19), config)
  expect(state.low).toEqual([0.5])
  state = advanceAutomatic(state, success(0, 1), config)
  expect(state.low[0]).toBeCloseTo(0.55, 12)
  expect(state.high).toEqual([0.5])
  // Half and half is neither high nor low.
  state = advanceAutomatic(state, [...success(1, 10), ...success(1, 10, false)], config)
  expect(state.high).toEqual([0.5])
  state = advanceAutomatic(state, success(1, 20, false), config)
  expect(state.high[0]).toBeCloseTo(0.45, 12)
  // Draws that were not pinned say nothing about bounds.
  expect(advanceAutomatic(state, success(-1, 500), config)).toEqual(state)
})

it('never narrows below nominal', () => {
  let state = startAutomatic([0.5], 0.02)
  const failures = Array.from({ length: 60 }, () => ({ pinned: 0, isSuccess: false }))
  state = advanceAutomatic(state, failures, config)
  expect(state.low).toEqual([0])
})

it('has an entropy of zero at the rules’ own ranges, and ln 2 more when all double', () => {
  const at = (width: number) => startAutomatic([0, 0.2, 0.5, 0.9, 1], width)
  expect(entropyOf(at(1))).toBeCloseTo(0, 12)
  expect(entropyOf(at(0.5)) - entropyOf(at(0.25))).toBeCloseTo(Math.LN2, 12)
  expect(meanWidth(at(0.25))).toBeCloseTo(0.25, 12)
})

it('tells how wide the drawn ranges are, however lopsided a rule lies round its nominal value', () => {
  // Nominal are the lower end of the first, and 60 ms: an eighth of the way up the second.
  const rules = rulesOfSo101({
    jointNoiseRad: { set: { uniform: [0, 0.004] } },
    objectDelayS: { set: { uniform: [0.04, 0.2] } },
  })
  const sampler = createSampler(rules, model, onArm, 'push')
  const lowShares = sampler.drawn.map(({ lowShare }) => lowShare)
  const state = { ...startAutomatic(lowShares, 0), low: [1, 0.5], high: [0.25, 1] }
  const draw = sampler.createDraw()
  const [noise, delay]: [number[], number[]] = [[], []]
  for (let episode = 0; episode < 4000; episode++) {
    sampler.sample(
      new RandomStream(4, episode),
      spreadOf(state, { ...config, pinnedShare: 0 }),
      draw,
    )
    noise.push(draw.values.jointNoiseRad[0]!)
    delay.push(draw.values.objectDelayS[0]!)
  }
  const shareOf = (values: number[], rangeOfRule: number) =>
    (Math.max(...values) - Math.min(...values)) / rangeOfRule
  const shares = [shareOf(noise, 0.004), shareOf(delay, 0.16)]
  // Extremes of 4,000 draws miss the ends by a thousandth of the range at most.
  expect(meanWidth(state)).toBeCloseTo((shares[0]! + shares[1]!) / 2, 2)
  expect(entropyOf(state)).toBeCloseTo((Math.log(shares[0]!) + Math.log(shares[1]!)) / 2, 2)
})
