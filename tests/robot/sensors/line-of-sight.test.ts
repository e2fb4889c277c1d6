import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { isCovered } from '../../../robot/sensors/line-of-sight.ts'

const arm = (radiusM: number, ...points: number[]) => ({
  points: Float64Array.from(points),
  numPoints: points.length / 3,
  radiusM,
})

describe('an arm between camera and object', () => {
  const eye = [0, 0, 1]
  const object = Float64Array.of(0, 0, 0)

  it('covers the object when it crosses the line of sight closely enough', () => {
    // A bar along y, 20 mm beside the line, half way up.
    expect(isCovered(eye, object, arm(0.021, 0.02, -1, 0.5, 0.02, 1, 0.5))).toBe(true)
    expect(isCovered(eye, object, arm(0.019, 0.02, -1, 0.5, 0.02, 1, 0.5))).toBe(false)
  })

  it('does not cover it from behind the camera, below the object or beyond a bar’s end', () => {
    expect(isCovered(eye, object, arm(0.05, -1, 0, 1.1, 1, 0, 1.1))).toBe(false)
    expect(isCovered(eye, object, arm(0.05, -1, 0, -0.1, 1, 0, -0.1))).toBe(false)
    expect(isCovered(eye, object, arm(0.05, 0.06, 0, 0.5, 1, 0, 0.5))).toBe(false)
  })

  it('may do so with any of its pieces', () => {
    const bent = [1, 0, 0.5, 0.5, 0.5, 0.5, -0.5, 0, 0.5, 0.5, 0, 0.5]
    expect(isCovered(eye, object, arm(0.01, ...bent))).toBe(true)
    expect(isCovered(eye, object, arm(0.01, ...bent.slice(0, 9)))).toBe(false)
  })

  it('agrees with distances found by walking along both lines', () => {
    const stream = new RandomStream(1)
    for (let round = 0; round < 200; round++) {
      const p = Array.from({ length: 12 }, () => stream.between(-1, 1))
      const at = (k: number, share: number) =>
        [0, 1, 2].map((i) => p[3 * k + i]! + share * (p[3 * k + 3 + i]! - p[3 * k + i]!))
      let closest = Number.POSITIVE_INFINITY
      for (let i = 0; i <= 200; i++) {
        const a = at(0, i / 200)
        for (let j = 0; j <= 200; j++) {
          const b = at(2, j / 200)
          closest = Math.min(closest, Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!))
        }
      }
      const covers = (radiusM: number) =>
        isCovered(p.slice(0, 3), Float64Array.from(p.slice(3, 6)), arm(radiusM, ...p.slice(6)))
      // Steps of at most 3.5 / 200 along each line.
      expect(covers(closest - 0.02)).toBe(false)
      expect(covers(closest + 1e-9)).toBe(true)
    }
  })
})
