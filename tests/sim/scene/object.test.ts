import { describe, expect, it } from 'vitest'
import {
  createParts,
  FOOT_CLEARANCE_M,
  FOOT_RADIUS_M,
  footCentre,
  numFeet,
  type ObjectKind,
  type ObjectPart,
  type ObjectShape,
  objectInertia,
  reachOfObject,
  shapeParts,
} from '../../../sim/scene/object.ts'

const shapeOf = (kind: ObjectKind, ...halfSize: number[]): ObjectShape => ({
  kind,
  halfSizeM: Float64Array.from(halfSize),
})

const SHAPES = [
  shapeOf('cylinder', 0.03, 0.03, 0.018),
  shapeOf('box', 0.02, 0.02, 0.02),
  shapeOf('box', 0.04, 0.02, 0.01),
  shapeOf('tee', 0.04, 0.04, 0.015),
  shapeOf('tee', 0.06, 0.05, 0.01),
]
const CASES = SHAPES.map((shape) => ({ name: `${shape.kind} ${shape.halfSizeM}`, shape }))

const GRID = 400

function partsOf(shape: ObjectShape): ObjectPart[] {
  const parts = createParts(shape.kind)
  shapeParts(shape, parts)
  return parts
}

function feetOf(shape: ObjectShape): Float64Array[] {
  return Array.from({ length: numFeet(shape.kind) }, (_, foot) => {
    const centre = new Float64Array(3)
    footCentre(shape, foot, centre)
    return centre
  })
}

/** Midpoints of a grid over an object's footprint, seen from its own centre of area. */
function footprintOf({ kind, halfSizeM }: ObjectShape): [x: number, y: number][] {
  const points: [number, number][] = []
  for (let i = 0; i < GRID; i++) {
    for (let j = 0; j < GRID; j++) {
      const [u, v] = [(i + 0.5) / GRID, (j + 0.5) / GRID]
      const isCovered =
        kind === 'cylinder'
          ? Math.hypot(2 * u - 1, 2 * v - 1) < 1
          : kind === 'box' || v > 3 / 4 || Math.abs(u - 1 / 2) < 1 / 8
      if (isCovered) points.push([2 * u * halfSizeM[0]!, 2 * v * halfSizeM[1]!])
    }
  }
  const centre = [0, 1].map((k) => mean(points, (point) => point[k]!))
  return points.map(([x, y]) => [x - centre[0]!, y - centre[1]!])
}

function mean<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length
}

const distanceOf = (point: ArrayLike<number>) => Math.hypot(point[0]!, point[1]!)

describe.each(CASES)('an object: $name', ({ shape }) => {
  const [halfX, halfY, halfZ] = shape.halfSizeM as unknown as [number, number, number]
  const parts = partsOf(shape)
  const corners = parts.flatMap(({ centreM: [x, y], halfSizeM: [a, b] }) =>
    [-1, 1].flatMap((i) => [-1, 1].map((j) => [x! + i * a!, y! + j * b!])),
  )

  it('turns as an even body of its footprint and height does', () => {
    const footprint = footprintOf(shape)
    const xx = mean(footprint, ([x]) => x * x)
    const yy = mean(footprint, ([, y]) => y * y)
    const heights = Array.from({ length: GRID }, (_, k) => ((2 * k + 1) / GRID - 1) * halfZ)
    const zz = mean(heights, (z) => z * z)
    const inertia = new Float64Array(3)
    objectInertia(shape, 0.3, inertia)
    const expected = [yy + zz, xx + zz, xx + yy].map((square) => 0.3 * square)
    for (let k = 0; k < 3; k++) {
      expect(Math.abs(inertia[k]! / expected[k]! - 1)).toBeLessThan(0.001)
    }
  })

  it('has its centre of mass at the origin of its frame', () => {
    const area = parts.reduce((sum, { halfSizeM: [a, b] }) => sum + a! * b!, 0)
    for (const k of [0, 1]) {
      const moment = parts.reduce(
        (sum, { centreM, halfSizeM: [a, b] }) => sum + centreM[k]! * a! * b!,
        0,
      )
      expect(Math.abs(moment / area)).toBeLessThan(1e-12)
    }
  })

  it('has parts that cover its footprint, and the box that its size names', () => {
    const width = (k: number) =>
      Math.max(...corners.map((corner) => corner[k]!)) -
      Math.min(...corners.map((corner) => corner[k]!))
    expect(width(0)).toBeCloseTo(2 * halfX, 12)
    expect(width(1)).toBeCloseTo(2 * halfY, 12)
    const uncovered = footprintOf(shape).filter(
      ([x, y]) => !parts.some((part) => isInside(part, x, y)),
    )
    expect(uncovered).toEqual([])
  })

  it('has parts from a clearance above the bottom of the feet up to half its height', () => {
    for (const { centreM, halfSizeM } of parts) {
      expect(centreM[2]! + halfSizeM[2]!).toBeCloseTo(halfZ, 12)
      for (const foot of feetOf(shape)) {
        const bottom = foot[2]! - FOOT_RADIUS_M
        expect(bottom).toBeCloseTo(-halfZ, 12)
        expect(centreM[2]! - halfSizeM[2]! - bottom).toBeCloseTo(FOOT_CLEARANCE_M, 12)
      }
    }
  })

  it('brakes a spin with its feet as it does with its whole footprint', () => {
    const feet = feetOf(shape)
    const ratio = mean(feet, distanceOf) / mean(footprintOf(shape), distanceOf)
    expect(Math.abs(ratio - 1)).toBeLessThan(shape.kind === 'tee' ? 0.1 : 0.01)
  })

  it('reaches as far as its farthest corner', () => {
    const farthest = shape.kind === 'cylinder' ? halfX : Math.max(...corners.map(distanceOf))
    expect(reachOfObject(shape)).toBeCloseTo(farthest, 12)
  })
})

function isInside({ kind, centreM, halfSizeM }: ObjectPart, x: number, y: number): boolean {
  const u = (x - centreM[0]!) / halfSizeM[0]!
  const v = (y - centreM[1]!) / halfSizeM[1]!
  return kind === 'cylinder' ? Math.hypot(u, v) < 1 : Math.max(Math.abs(u), Math.abs(v)) < 1
}
