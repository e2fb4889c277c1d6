import { describe, expect, it } from 'vitest'
import { Excitation } from '../../../robot/model/excitation.ts'

const CENTRE = Float64Array.of(0.1, -0.2, 0.3)
const AMPLITUDE = 0.3
const SECONDS = 60
const STEP_S = 0.01

function sample() {
  const excitation = new Excitation({ numJoints: 3 }, CENTRE, AMPLITUDE, SECONDS)
  return Array.from({ length: SECONDS / STEP_S + 1 }, (_, k) => {
    const q = new Float64Array(3)
    excitation.at(k * STEP_S, q)
    return q
  })
}

describe('Excitation', () => {
  it('begins and ends at its pose', () => {
    const path = sample()
    expect([...path[0]!]).toEqual([...CENTRE])
    for (const [i, q] of path.at(-1)!.entries()) expect(q).toBeCloseTo(CENTRE[i]!, 9)
    const after = new Float64Array(3)
    new Excitation({ numJoints: 3 }, CENTRE, AMPLITUDE, SECONDS).at(SECONDS + 5, after)
    for (const [i, q] of after.entries()) expect(q).toBeCloseTo(CENTRE[i]!, 9)
  })

  it('turns each joint both ways by the amplitude, by itself for a fifth of the time', () => {
    const path = sample()
    for (let i = 0; i < 3; i++) {
      const swing = path.map((q) => q[i]! - CENTRE[i]!)
      expect(Math.max(...swing)).toBeGreaterThan(0.8 * AMPLITUDE)
      expect(Math.min(...swing)).toBeLessThan(-0.8 * AMPLITUDE)
      expect(Math.max(...swing.map(Math.abs))).toBeLessThan(1.35 * AMPLITUDE)
      const alone = path.filter((q) => {
        const others = [0, 1, 2].filter((j) => j !== i)
        return q[i] !== CENTRE[i] && others.every((j) => q[j] === CENTRE[j])
      })
      expect((alone.length * STEP_S) / SECONDS).toBeCloseTo(0.2, 1)
    }
  })

  it('is smooth: speeds and accelerations that any servo arm follows', () => {
    const path = sample()
    for (let i = 0; i < 3; i++) {
      const speed = path.slice(1).map((q, k) => (q[i]! - path[k]![i]!) / STEP_S)
      expect(Math.max(...speed.map(Math.abs))).toBeLessThan(1.3)
      const acceleration = speed.slice(1).map((v, k) => (v - speed[k]!) / STEP_S)
      expect(Math.max(...acceleration.map(Math.abs))).toBeLessThan(8)
    }
  })

  it('refuses a pose of another arm', () => {
    expect(() => new Excitation({ numJoints: 4 }, CENTRE, AMPLITUDE, SECONDS)).toThrow(RangeError)
  })
})
