import type { Vector2 } from 'three'
import { describe, expect, it } from 'vitest'
import { insetOutline, outlineOf } from '../../../../bridge/viewer/page/scene/outline.ts'

/** Area and centroid by the shoelace formula; positive when counter-clockwise. */
function measure(outline: readonly Vector2[]) {
  let [area, x, y] = [0, 0, 0]
  for (const [i, a] of outline.entries()) {
    const b = outline[(i + 1) % outline.length]!
    const cross = a.x * b.y - b.x * a.y
    area += cross / 2
    x += ((a.x + b.x) * cross) / 6
    y += ((a.y + b.y) * cross) / 6
  }
  return { area, x: x / area, y: y / area }
}

describe('an outline', () => {
  it('of a tee is seven squares about its centre of mass', () => {
    // Half size of two units each way: a unit is 20 mm.
    const { area, x, y } = measure(outlineOf({ kind: 'tee', halfSizeM: [0.04, 0.04, 0.015] }))
    expect(area).toBeCloseTo(7 * 0.02 ** 2, 12)
    expect(x).toBeCloseTo(0, 12)
    expect(y).toBeCloseTo(0, 12)
  })

  it('of a box is its rectangle, of a cylinder its circle', () => {
    const box = measure(outlineOf({ kind: 'box', halfSizeM: [0.02, 0.03, 0.01] }))
    expect(box.area).toBeCloseTo(0.04 * 0.06, 12)
    const circle = measure(outlineOf({ kind: 'cylinder', halfSizeM: [0.03, 0.03, 0.01] }))
    expect(circle.area / (Math.PI * 0.03 ** 2)).toBeCloseTo(1, 2)
  })

  it('moved inwards loses the same on every side, also round an inner corner', () => {
    const box = outlineOf({ kind: 'box', halfSizeM: [0.02, 0.03, 0.01] })
    expect(measure(insetOutline(box, 0.005)).area).toBeCloseTo(0.03 * 0.05, 12)
    // A T's bar of 80 × 20 mm and stem of 20 × 60 mm lose 4 mm on both sides; the stem's end moves up, and
    // the bar's lower edge with the stem's top: 72 × 12, 12 × 60 mm.
    const tee = outlineOf({ kind: 'tee', halfSizeM: [0.04, 0.04, 0.015] })
    const inset = measure(insetOutline(tee, 0.004)).area
    expect(inset).toBeCloseTo(0.072 * 0.012 + 0.012 * 0.06, 12)
  })
})
