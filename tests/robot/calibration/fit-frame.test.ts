import { expect, it } from 'vitest'
import { fitFrame } from '../../../robot/calibration/fit-frame.ts'
import { transformPoint } from '../../../robot/model/pose.ts'
import { RandomStream } from '../../../robot/model/random.ts'

const POINTS = [
  [0, 0, 0],
  [0.2, 0, 0],
  [0, 0.1, 0],
  [0.15, -0.1, 0],
]

it('finds the frame of points on a table again, whichever way it is turned', () => {
  const stream = new RandomStream(3)
  for (let k = 0; k < 50; k++) {
    const quaternion = Float64Array.from({ length: 4 }, () => stream.normal())
    const length = Math.hypot(...quaternion)
    for (let i = 0; i < 4; i++) quaternion[i]! /= length
    const position = Float64Array.from({ length: 3 }, () => stream.normal())
    const known = POINTS.map((point) => {
      const out = new Float64Array(3)
      transformPoint({ position, quaternion }, point, out)
      return out
    })
    const fit = fitFrame(POINTS, known)
    const cosine = Math.abs(fit.quaternion.reduce((sum, each, i) => sum + each * quaternion[i]!, 0))
    expect(cosine).toBeCloseTo(1, 9)
    for (let i = 0; i < 3; i++) expect(fit.position[i]).toBeCloseTo(position[i]!, 9)
    expect(fit.residualM).toBeLessThan(1e-9)
  }
})

it('says how far points are from any frame', () => {
  // One of four is 4 mm too far along its own line from the middle: least squares leave some of that.
  const known = POINTS.map((point, k) => (k === 1 ? [0.204, 0, 0] : point))
  const { residualM } = fitFrame(POINTS, known)
  expect(residualM).toBeGreaterThan(0.001)
  expect(residualM).toBeLessThan(0.002)
})
