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
  let state = startAutomatic(2, 0)
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
  let state = startAutomatic(1, 0.5)
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
  let state = startAutomatic(1, 0.02)
  const failures = Array.from({ length: 60 }, () => ({ pinned: 0, isSuccess: false }))
  state = advanceAutomatic(state, failures, config)
  expect(state.low).toEqual([0])
})

it('has an entropy of zero at the rules’ own ranges, and ln 2 more when all double', () => {
  const at = (width: number) => startAutomatic(5, width)
  expect(entropyOf(at(1))).toBeCloseTo(0, 12)
  expect(entropyOf(at(0.5)) - entropyOf(at(0.25))).toBeCloseTo(Math.LN2, 12)
  expect(meanWidth(at(0.25))).toBeCloseTo(0.25, 12)
})
