import { describe, expect, it } from 'vitest'
import { philox4x32 } from '../../../robot/model/philox.ts'
import { RandomStream } from '../../../robot/model/random.ts'

describe('philox4x32', () => {
  // Random123 distribution, examples/kat_vectors, lines "philox4x32 10".
  it.each([
    {
      counter: [0, 0, 0, 0],
      key: [0, 0],
      expected: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      expected: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      expected: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('matches the known-answer vector of counter $counter', ({ counter, key, expected }) => {
    const out = new Uint32Array(4)
    philox4x32(Uint32Array.from(counter), Uint32Array.from(key), out)
    expect([...out]).toEqual(expected)
  })
})

describe('RandomStream', () => {
  const take = (stream: RandomStream, count: number) =>
    Array.from({ length: count }, () => stream.uniform())

  it('repeats itself for the same seed and path', () => {
    expect(take(new RandomStream(7, 1, 2), 9)).toEqual(take(new RandomStream(7, 1, 2), 9))
  })

  it('differs for every other seed, path and path length', () => {
    const names = [[7], [8], [7, 0], [7, 1], [7, 0, 0], [7, 1, 0], [7, 0, 1], [-7], [7 + 2 ** 32]]
    const first = names.map(([seed, ...path]) => new RandomStream(seed!, ...path).uniform())
    expect(new Set(first).size).toBe(names.length)
  })

  it('continues from any position', () => {
    const stream = new RandomStream(3)
    const draws = take(stream, 11)
    expect(stream.position).toBe(11)
    for (const position of [0, 3, 6, 10]) {
      const resumed = new RandomStream(3)
      resumed.seek(position)
      expect(take(resumed, 11 - position)).toEqual(draws.slice(position))
    }
  })

  it('has the moments of its distributions', () => {
    const stream = new RandomStream(11)
    const count = 20_000
    const mean = (draw: () => number) => {
      let sum = 0
      for (let i = 0; i < count; i++) sum += draw()
      return sum / count
    }
    // Tolerances are four standard errors.
    expect(Math.abs(mean(() => stream.uniform()) - 0.5)).toBeLessThan(4 * 0.2887 * count ** -0.5)
    expect(Math.abs(mean(() => stream.normal()))).toBeLessThan(4 * count ** -0.5)
    expect(Math.abs(mean(() => stream.normal() ** 2) - 1)).toBeLessThan(
      4 * Math.SQRT2 * count ** -0.5,
    )
    expect(Math.abs(mean(() => stream.between(2, 6)) - 4)).toBeLessThan(4 * 1.155 * count ** -0.5)
    // Mean of log-uniform on [1, e²] is (e² - 1) / 2, its standard deviation 1.79.
    const logMean = mean(() => stream.logBetween(1, Math.E ** 2))
    expect(Math.abs(logMean - (Math.E ** 2 - 1) / 2)).toBeLessThan(4 * 1.79 * count ** -0.5)
  })

  it('draws every integer below the bound about equally often', () => {
    const stream = new RandomStream(5)
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 6000; i++) counts[stream.integer(6)]!++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(833))
  })

  it.each([0, 1, 6, 7])('goes on, saved after %i draws, in any other stream', (draws) => {
    const stream = new RandomStream(8, 3, -1)
    for (let i = 0; i < draws; i++) stream.uniform()
    const saved = structuredClone(stream.save())
    const expected = Array.from({ length: 5 }, () => stream.uniform())
    const other = new RandomStream(9)
    other.uniform()
    for (const restored of [stream, other]) {
      restored.restore(saved)
      expect(Array.from({ length: 5 }, () => restored.uniform())).toEqual(expected)
    }
  })
})
