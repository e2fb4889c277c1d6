import { describe, expect, it } from 'vitest'
import {
  angleBetween,
  invertQuaternion,
  matrixFromQuaternion,
  multiplyQuaternions,
  quaternionFromAxisAngle,
  quaternionFromRpy,
  quaternionFromYaw,
  rotate,
  rpyFromQuaternion,
  yawOf,
} from '../../../robot/model/pose.ts'

const rpy = [0.4, -0.7, 1.9] as const

/** Rz(yaw) Ry(pitch) Rx(roll), as URDF defines it, row-major. */
function matrixFromRpy([r, p, y]: readonly [number, number, number]): number[] {
  const [cr, sr, cp, sp, cy, sy] = [
    Math.cos(r),
    Math.sin(r),
    Math.cos(p),
    Math.sin(p),
    Math.cos(y),
    Math.sin(y),
  ]
  return [
    ...[cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
    ...[sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
    ...[-sp, cp * sr, cp * cr],
  ]
}

describe('pose', () => {
  const q = new Float64Array(4)
  quaternionFromRpy(rpy, q)

  it('turns roll, pitch, yaw into the rotation of the URDF definition', () => {
    const matrix = new Float64Array(9)
    matrixFromQuaternion(q, matrix)
    for (const [k, value] of matrixFromRpy(rpy).entries()) expect(matrix[k]).toBeCloseTo(value, 14)
  })

  it('gives roll, pitch, yaw back', () => {
    const out = new Float64Array(3)
    rpyFromQuaternion(q, out)
    for (let k = 0; k < 3; k++) expect(out[k]).toBeCloseTo(rpy[k]!, 14)
  })

  it.each([Math.PI / 2, -Math.PI / 2, 1.570796, 0])(
    'gives roll, pitch, yaw of the same rotation back at a pitch of %d',
    (pitch) => {
      for (const roll of [-3, -1, 0, 0.5, 2.5, Math.PI]) {
        for (const yaw of [-2, 0, 0.7, Math.PI]) {
          const again = new Float64Array(3)
          const turned = new Float64Array(4)
          quaternionFromRpy([roll, pitch, yaw], turned)
          rpyFromQuaternion(turned, again)
          const expected = matrixFromRpy([roll, pitch, yaw])
          const found = matrixFromRpy([again[0]!, again[1]!, again[2]!])
          for (let k = 0; k < 9; k++) expect(found[k]).toBeCloseTo(expected[k]!, 14)
          for (const k of [0, 2]) expect(Math.abs(again[k]!)).toBeLessThanOrEqual(Math.PI)
        }
      }
    },
  )

  it('makes of a yaw what roll, pitch, yaw makes of it, and gives it back', () => {
    for (const yaw of [-2.9, -0.3, 0, 1.2, 3.1]) {
      const same = new Float64Array(4)
      quaternionFromRpy([0, 0, yaw], same)
      expect(quaternionFromYaw(yaw)).toEqual(same)
      expect(yawOf(quaternionFromYaw(yaw))).toBeCloseTo(yaw, 12)
    }
  })

  it('rotates like its matrix, also in place', () => {
    const v = Float64Array.of(0.3, -1.2, 0.8)
    const m = matrixFromRpy(rpy)
    const expected = [0, 3, 6].map((row) => m[row]! * 0.3 - m[row + 1]! * 1.2 + m[row + 2]! * 0.8)
    rotate(q, v, v)
    for (let k = 0; k < 3; k++) expect(v[k]).toBeCloseTo(expected[k]!, 14)
  })

  it('multiplies to the rotation that turns by b first, then by a', () => {
    const b = new Float64Array(4)
    quaternionFromAxisAngle([0, 0.6, 0.8], 2.1, b)
    const ab = new Float64Array(4)
    multiplyQuaternions(q, b, ab)
    const once = new Float64Array(3)
    const twice = new Float64Array(3)
    rotate(ab, [1, 2, 3], once)
    rotate(b, [1, 2, 3], twice)
    rotate(q, twice, twice)
    for (let k = 0; k < 3; k++) expect(once[k]).toBeCloseTo(twice[k]!, 14)
  })

  it('measures the angle between rotations, whatever the sign of the quaternion', () => {
    const turned = new Float64Array(4)
    quaternionFromAxisAngle([0.6, 0, 0.8], 1e-5, turned)
    multiplyQuaternions(q, turned, turned)
    expect(angleBetween(q, turned)).toBeCloseTo(1e-5, 12)
    const negative = turned.map((value) => -value)
    expect(angleBetween(q, negative)).toBeCloseTo(1e-5, 12)
    const inverse = new Float64Array(4)
    invertQuaternion(q, inverse)
    multiplyQuaternions(q, inverse, inverse)
    expect(angleBetween(inverse, [0, 0, 0, 1])).toBeCloseTo(0, 12)
  })
})
