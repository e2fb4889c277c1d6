import { Path, Shape, Vector2 } from 'three'
import { createParts, shapeParts } from '../../../../sim/scene/object.ts'
import type { ObjectScene } from '../../frames.ts'

const SEGMENTS = 96

/** An object seen from above: the corners of its rim, counter-clockwise, in its own frame [m]. */
export function outlineOf({ kind, halfSizeM }: ObjectScene): Vector2[] {
  const parts = createParts(kind)
  shapeParts({ kind, halfSizeM: Float64Array.from(halfSizeM) }, parts)
  const [first, stem] = parts
  const [x, y] = [first!.halfSizeM[0]!, first!.halfSizeM[1]!]
  if (kind === 'cylinder') {
    return Array.from({ length: SEGMENTS }, (_each, i) => {
      const angle = (2 * Math.PI * i) / SEGMENTS
      return new Vector2(x * Math.cos(angle), x * Math.sin(angle))
    })
  }
  const top = first!.centreM[1]! + y
  const bottom = first!.centreM[1]! - y
  if (stem === undefined) return rim([x, bottom], [x, top], [-x, top], [-x, bottom])
  const width = stem.halfSizeM[0]!
  const end = stem.centreM[1]! - stem.halfSizeM[1]!
  return rim(
    [width, end],
    [width, bottom],
    [x, bottom],
    [x, top],
    [-x, top],
    [-x, bottom],
    [-width, bottom],
    [-width, end],
  )
}

/** The outline moved inwards by `distanceM` on every side. */
export function insetOutline(outline: readonly Vector2[], distanceM: number): Vector2[] {
  return outline.map((corner, i) => {
    const before = outline.at(i - 1)!
    const after = outline[(i + 1) % outline.length]!
    const inward = normalOf(before, corner).add(normalOf(corner, after))
    // Both sides move by the distance: along the bisector that is more, the sharper the corner.
    return inward.multiplyScalar((2 * distanceM) / inward.lengthSq()).add(corner)
  })
}

/** Within the outline, or the band along it that is `bandM` wide. */
export function filled(outline: readonly Vector2[], bandM?: number): Shape {
  const shape = new Shape([...outline])
  if (bandM !== undefined) shape.holes.push(new Path(insetOutline(outline, bandM)))
  return shape
}

/** Unit vector to the left of the way from `a` to `b`: inwards. */
function normalOf(a: Vector2, b: Vector2): Vector2 {
  return new Vector2(a.y - b.y, b.x - a.x).normalize()
}

function rim(...corners: readonly (readonly [number, number])[]): Vector2[] {
  return corners.map(([x, y]) => new Vector2(x, y))
}
