import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { createSampler, type Draw, nominalValues } from '../../../sim/randomization/draw.ts'
import { PARAMETER_NAMES } from '../../../sim/randomization/parameters.ts'
import {
  type Randomization,
  randomizationSchema,
} from '../../../sim/randomization/randomization.schema.ts'
import { model, onArm, randomization, rulesOfSo101 } from '../push-setup.ts'

const nominal = nominalValues(model, onArm)

function draws(config: Randomization, count: number, width: number): Draw[] {
  const sampler = createSampler(config, model, onArm, 'push')
  return Array.from({ length: count }, (_, episode) => {
    const draw = sampler.createDraw()
    sampler.sample(new RandomStream(11, episode), width, draw)
    return draw
  })
}

const sorted = (values: number[]) => values.sort((a, b) => a - b)

describe('a draw', () => {
  it('of width 0 is the nominal world exactly', () => {
    for (const draw of draws(randomization('wide'), 20, 0)) {
      for (const name of PARAMETER_NAMES) expect(draw.values[name]).toEqual(nominal[name])
    }
  })

  it('without rules is the nominal world at any width, with no coordinates', () => {
    const [draw] = draws(randomization('none'), 1, 1)
    for (const name of PARAMETER_NAMES) expect(draw!.values[name]).toEqual(nominal[name])
    expect(draw!.coordinates).toHaveLength(0)
  })

  it('of width 1 spans its bounds and never leaves them', () => {
    const config = rulesOfSo101({
      objectMassKg: { set: { logUniform: [0.02, 0.2] } },
      stallTorque: { scale: { uniform: [0.6, 1.1] } },
      tableHeightM: { offset: { uniform: [-0.01, 0.02] } },
    })
    const all = draws(config, 2000, 1)
    const bounds = {
      objectMassKg: [0.02, 0.2],
      stallTorque: [0.6, 1.1],
      tableHeightM: [-0.01, 0.02],
    }
    for (const [name, [low, high]] of Object.entries(bounds) as [keyof typeof bounds, number[]][]) {
      const values = sorted(all.map((draw) => draw.values[name][0]!))
      const near = 0.005 * (high! - low!)
      expect(values[0]).toBeGreaterThanOrEqual(low! - 1e-12)
      expect(values[0]).toBeLessThan(low! + near)
      expect(values.at(-1)).toBeLessThanOrEqual(high! + 1e-12)
      expect(values.at(-1)).toBeGreaterThan(high! - near)
    }
  })

  it('under a rule of ends is one of the two, each half of the time, moved in by the width', () => {
    const config = rulesOfSo101({ objectMassKg: { set: { ends: [0.015, 0.3] } } })
    const nominalKg = nominal.objectMassKg[0]!
    for (const width of [1, 0.5]) {
      const values = draws(config, 2000, width).map((draw) => draw.values.objectMassKg[0]!)
      const ends = [0.015, 0.3].map((end) => nominalKg + (end - nominalKg) * width)
      const lower = values.filter((value) => Math.abs(value - ends[0]!) < 1e-12)
      const upper = values.filter((value) => Math.abs(value - ends[1]!) < 1e-12)
      expect(lower.length + upper.length).toBe(2000)
      // Five standard deviations of 2000 fair coins.
      expect(Math.abs(lower.length - 1000)).toBeLessThan((5 * Math.sqrt(2000)) / 2)
    }
  })

  it('under a log rule has the geometric mean as its median', () => {
    const config = rulesOfSo101({ objectMassKg: { set: { logUniform: [0.02, 0.2] } } })
    const values = sorted(draws(config, 2000, 1).map((draw) => draw.values.objectMassKg[0]!))
    // √(0.02 · 0.2) = 0.0632; the median of 2,000 scatters by 0.5/√2000 = 1.1 % of the log range.
    const share = Math.log(values[1000]! / 0.02) / Math.log(10)
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * 0.0112)
    // One decade: each fifth of its logarithm holds a fifth of the draws, ± 4 · √(0.2 · 0.8 · 2000).
    for (let fifth = 0; fifth < 5; fifth++) {
      const low = 0.02 * 10 ** (fifth / 5)
      const high = 0.02 * 10 ** ((fifth + 1) / 5)
      const count = values.filter((value) => value >= low && value < high).length
      expect(Math.abs(count - 400)).toBeLessThan(72)
    }
  })

  it('of half width lies half way between nominal and full, in the rule’s own scale', () => {
    const linear = rulesOfSo101({ tableHeightM: { offset: { uniform: [-0.01, 0.02] } } })
    const log = rulesOfSo101({ stiffness: { scale: { logUniform: [0.5, 2] } } })
    const full = draws(linear, 50, 1)
    draws(linear, 50, 0.5).forEach((draw, k) => {
      const half = full[k]!.values.tableHeightM[0]! / 2
      expect(draw.values.tableHeightM[0]).toBeCloseTo(half, 12)
    })
    const fullLog = draws(log, 50, 1)
    draws(log, 50, 0.5).forEach((draw, k) => {
      const half = Math.sqrt(fullLog[k]!.values.stiffness[0]!)
      expect(draw.values.stiffness[0]).toBeCloseTo(half, 12)
    })
  })

  it('under a log rule stays within its bounds where the nominal value has no logarithm', () => {
    const config = rulesOfSo101({
      // Nominal 0: a factor on nothing stays nothing.
      jointNoiseRad: { scale: { logUniform: [0.5, 2] } },
      tableHeightM: { offset: { logUniform: [0.03, 0.05] } },
    })
    const low = { ...onArm, table: { ...onArm.table, heightM: -0.02 } }
    const sampler = createSampler(config, model, low, 'push')
    const draw = sampler.createDraw()
    for (let episode = 0; episode < 50; episode++) {
      sampler.sample(new RandomStream(11, episode), 1, draw)
      expect(draw.values.jointNoiseRad[0]).toBe(0)
      expect(draw.values.tableHeightM[0]).toBeGreaterThanOrEqual(0.01 - 1e-12)
      expect(draw.values.tableHeightM[0]).toBeLessThanOrEqual(0.03 + 1e-12)
    }
  })

  it('applies a rule to each joint with numbers of its own, relative to its nominal', () => {
    const config = rulesOfSo101({ coulombNm: { scale: { uniform: [0.5, 1.5] } } })
    const [draw] = draws(config, 1, 1)
    const scales = [...draw!.values.coulombNm].map((value, i) => value / model.coulombNm[i]!)
    expect(new Set(scales).size).toBe(model.numJoints)
    for (const scale of scales) {
      expect(scale).toBeGreaterThanOrEqual(0.5)
      expect(scale).toBeLessThanOrEqual(1.5)
    }
    expect(draw!.coordinates).toHaveLength(model.numJoints)
    scales.forEach((scale, i) => {
      // [0.5, 1.5] onto [-1, 1].
      expect(draw!.coordinates[i]).toBeCloseTo(2 * (scale - 1), 6)
    })
  })

  it('gives a joint a rule of its own where one is named, and leaves the others nominal', () => {
    const config = rulesOfSo101({
      zeroOffsetRad: { joints: { elbow_flex: { offset: { uniform: [0.01, 0.03] } } } },
    })
    const elbow = model.jointNames.indexOf('elbow_flex')
    for (const { coordinates, values } of draws(config, 50, 1)) {
      for (const [i, value] of values.zeroOffsetRad.entries()) {
        if (i !== elbow) expect(value).toBe(0)
        else expect(Math.abs(value - 0.02)).toBeLessThanOrEqual(0.01)
      }
      expect(coordinates).toHaveLength(model.numJoints)
      expect(coordinates[elbow]).toBeCloseTo((values.zeroOffsetRad[elbow]! - 0.02) / 0.01, 5)
    }
  })

  it('knows its joints, and which parameters have a number for each', () => {
    const rule = { offset: { uniform: [0, 1] as [number, number] } }
    const strange = rulesOfSo101({ zeroOffsetRad: { joints: { knee: rule } } })
    expect(() => createSampler(strange, model, onArm, 'push')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('elbow_flex'),
      }),
    )
    const read = randomizationSchema.safeParse({
      ...{ version: 1, name: 'test', source: 'test' },
      arms: { so101: { gravity: { joints: { elbow_flex: rule } } } },
    })
    expect(read.error?.issues[0]).toMatchObject({
      path: ['arms', 'so101', 'gravity', 'joints'],
      message: expect.stringContaining('zeroOffsetRad'),
    })
  })

  it('lies as far out in every joint, each to its own side, in the share of draws that `together` says', () => {
    const rule = { offset: { uniform: [-0.02, 0.08] as [number, number], together: 0.25 } }
    const all = draws(rulesOfSo101({ zeroOffsetRad: rule }), 4000, 0.5)
    // Of the bound on its side, a quarter of the way: half the width, and the nominal zero is 0.
    const shares = all.map(({ values }) =>
      [...values.zeroOffsetRad].map((x) => x / (x < 0 ? -0.01 : 0.04)),
    )
    const together = shares.filter((of) => of.every((share) => Math.abs(share - of[0]!) < 1e-9))
    // Five standard deviations of 4,000 draws, of which a quarter are such.
    expect(Math.abs(together.length - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75))
    // Evenly far out, and each joint to either side.
    const far = together.filter(([share]) => share! > 0.75).length / together.length
    expect(Math.abs(far - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / together.length))
    const below = all.filter((_, k) => together.includes(shares[k]!))
    for (let joint = 0; joint < model.numJoints; joint++) {
      const low = below.filter(({ values }) => values.zeroOffsetRad[joint]! < 0).length
      expect(Math.abs(low / below.length - 0.5)).toBeLessThan(2.5 / Math.sqrt(below.length))
    }
  })

  it('of `together` 0 is that of a rule without it, to the last bit', () => {
    const config = (together?: number) =>
      rulesOfSo101({
        zeroOffsetRad: { offset: { uniform: [-0.08, 0.08], together } },
        tableHeightM: { offset: { uniform: [-0.01, 0.01] } },
      })
    expect(draws(config(0), 20, 1)).toEqual(draws(config(), 20, 1))
  })

  it.each([
    ['gravity', { scale: { uniform: [0.9, 1.1], together: 0.5 } }, 'together'],
    [
      'zeroOffsetRad',
      { joints: { elbow_flex: { offset: { uniform: [0, 1], together: 0.5 } } } },
      'joints',
    ],
  ] as const)('of %s cannot tell of joints that it has no numbers for', (name, rule, key) => {
    const read = randomizationSchema.safeParse({
      ...{ version: 1, name: 'test', source: 'test' },
      arms: { so101: { [name]: rule } },
    })
    expect(read.error?.issues).toMatchObject([{ path: ['arms', 'so101', name, key] }])
  })

  it.each([
    ['damping', { scale: { uniform: [-0.1, 1] } }, '0 or more, found -'],
    ['jointNoiseRad', { set: { normal: [-0.002, 0.001] } }, '0 or more, found -'],
    // A hundredth of the nominal value, where without it there is no body, drive or sensor.
    ['stiffness', { set: { uniform: [-5, -2] } }, '0.01 or more, found -5 '],
    ['stallTorque', { scale: { uniform: [0.001, 1] } }, '0.01 or more, found 0.001 '],
    ['objectMassKg', { offset: { uniform: [-0.2, 0] } }, '0.0008 or more, found -0.12'],
    ['objectMassKg', { set: { uniform: [0, 0.1] } }, '0.0008 or more, found 0 '],
    ['objectWidth', { scale: { ends: [0, 1] } }, '0.01 or more, found 0 '],
    ['objectRateHz', { set: { uniform: [0, 30] } }, '0.3 or more, found 0 '],
    ['linkMass', { scale: { uniform: [0, 2] } }, '0.01 or more, found 0 '],
  ] as const)('is refused where there cannot be so little: %s %j', (name, rule, told) => {
    const config = rulesOfSo101({ [name]: rule } as never)
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${config.name}: ${name}: expected ${told}`),
    })
    expect(() => createSampler(config, model, onArm, 'push')).toThrow(refused)
  })

  it('has coordinates of -1 to 1 at any width, 0 in the middle of a range', () => {
    const config = rulesOfSo101({
      objectMassKg: { set: { logUniform: [0.02, 0.32] } },
      tableHeightM: { offset: { uniform: [-0.01, 0.01] } },
    })
    // Nominal mass 0.08 kg = √(0.02 · 0.32); nominal height 0: both in the middle.
    const [middle] = draws(config, 1, 0)
    expect(middle!.coordinates[0]).toBeCloseTo(0, 6)
    expect(middle!.coordinates[1]).toBe(0)
    for (const width of [0, 0.3, 1]) {
      for (const draw of draws(randomization('wide'), 200, width)) {
        for (const coordinate of draw.coordinates)
          expect(Math.abs(coordinate)).toBeLessThanOrEqual(1)
      }
    }
  })

  it('depends on the stream alone, not on what was drawn into the same place before', () => {
    const sampler = createSampler(randomization('wide'), model, onArm, 'push')
    const used = sampler.createDraw()
    for (let k = 0; k < 3; k++) sampler.sample(new RandomStream(1, k), 1, used)
    const fresh = sampler.createDraw()
    sampler.sample(new RandomStream(5, 7), 0.8, used)
    sampler.sample(new RandomStream(5, 7), 0.8, fresh)
    expect(used).toEqual(fresh)
    sampler.sample(new RandomStream(5, 8), 0.8, used)
    expect(used.values.objectMassKg).not.toEqual(fresh.values.objectMassKg)
  })
})
