import { describe, expect, it } from 'vitest'
import { gridLayout } from '../../../../bridge/viewer/page/scene/grid-layout.ts'

const CELL = { xM: 0.6, yM: 0.5 }
const GAP_M = 0.1

describe('a grid of cells', () => {
  it.each([1, 2, 3, 5, 16, 64])('finds each of %i cells by its middle and corners', (count) => {
    const { centres, cellAt } = gridLayout(count, CELL, GAP_M)
    expect(centres).toHaveLength(count)
    for (const [k, { x, y }] of centres.entries()) {
      expect(cellAt({ x, y })).toBe(k)
      for (const [sx, sy] of [
        [-1, -1],
        [1, 1],
        [-1, 1],
        [1, -1],
      ] as const) {
        expect(cellAt({ x: x + 0.299 * sx, y: y + 0.249 * sy })).toBe(k)
        expect(cellAt({ x: x + 0.301 * sx, y: y + 0.251 * sy })).toBeUndefined()
      }
    }
  })

  it('counts as reading goes, seen from +x: left to right is +y, down is towards +x', () => {
    const { centres } = gridLayout(5, CELL, GAP_M)
    // Three columns of pitch 0.6 m, two rows of pitch 0.7 m.
    const expected = [
      [-0.35, -0.6],
      [-0.35, 0],
      [-0.35, 0.6],
      [0.35, -0.6],
      [0.35, 0],
    ]
    for (const [k, [x, y]] of expected.entries()) {
      expect(centres[k]!.x).toBeCloseTo(x!, 12)
      expect(centres[k]!.y).toBeCloseTo(y!, 12)
    }
  })

  it('knows the area of all cells', () => {
    const { area } = gridLayout(16, CELL, GAP_M)
    // Four of 0.6 m and three gaps; four of 0.5 m and three gaps.
    expect(area.halfX).toBeCloseTo(1.35, 12)
    expect(area.halfY).toBeCloseTo(1.15, 12)
  })
})
