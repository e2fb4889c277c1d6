type Point = readonly [number, number, number]
type Flat = readonly [number, number]
/** Corners counter-clockwise from outside [m]. */
export type Triangle = readonly [Point, Point, Point]

const DISC_SIDES = 96

/** A block about the middle of its underside. @param size - x, y, z [m] */
export function box([x, y, z]: Point): Triangle[] {
  return extrude(
    [
      [-x / 2, -y / 2],
      [x / 2, -y / 2],
      [x / 2, y / 2],
      [-x / 2, y / 2],
    ],
    z,
  )
}

export function cylinder(radiusM: number, heightM: number): Triangle[] {
  const outline = Array.from({ length: DISC_SIDES }, (_, k): Flat => {
    const angle = (2 * Math.PI * k) / DISC_SIDES
    return [radiusM * Math.cos(angle), radiusM * Math.sin(angle)]
  })
  return extrude(outline, heightM)
}

/** An angle: a base, and on one edge of it an upright side with a slot, open above: two solids that overlap. */
export function slottedAngle(options: {
  readonly baseM: Flat
  readonly heightM: number
  readonly thicknessM: number
  readonly slotWidthM: number
  readonly slotDepthM: number
}): Triangle[] {
  const { heightM: h, slotDepthM: deep, slotWidthM: slot, thicknessM: t } = options
  const [w, d] = options.baseM
  const upright: Flat[] = [
    ...([
      [-w / 2, 0],
      [w / 2, 0],
      [w / 2, h],
      [slot / 2, h],
    ] as Flat[]),
    ...([
      [slot / 2, h - deep],
      [-slot / 2, h - deep],
      [-slot / 2, h],
      [-w / 2, h],
    ] as Flat[]),
  ]
  // Extruded along its normal, then stood on the base's edge.
  const stand = extrude(upright, t).map(
    ([a, b, c]): Triangle => [onEdge(a, d), onEdge(b, d), onEdge(c, d)],
  )
  return [...box([w, d, t]), ...stand]
}

const onEdge = ([x, y, z]: Point, depthM: number): Point => [x, depthM / 2 - z, y]

/** Binary STL; lengths in millimetres, as slicers take them. */
export function stlBytes(triangles: readonly Triangle[]): Uint8Array {
  const bytes = new Uint8Array(84 + 50 * triangles.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(80, triangles.length, true)
  for (const [k, corners] of triangles.entries()) {
    const numbers = [normalOf(corners), ...corners.map((each) => each.map((m) => 1000 * m))].flat()
    for (const [i, value] of numbers.entries()) view.setFloat32(84 + 50 * k + 4 * i, value, true)
  }
  return bytes
}

/** A prism over an outline, counter-clockwise, that need not be convex. */
function extrude(outline: readonly Flat[], heightM: number): Triangle[] {
  const at = ([x, y]: Flat, z: number): Point => [x, y, z]
  const triangles: Triangle[] = []
  for (const [a, b, c] of cutIntoTriangles(outline)) {
    triangles.push([at(a, heightM), at(b, heightM), at(c, heightM)], [at(a, 0), at(c, 0), at(b, 0)])
  }
  for (const [k, a] of outline.entries()) {
    const b = outline[(k + 1) % outline.length]!
    triangles.push([at(a, 0), at(b, 0), at(b, heightM)], [at(a, 0), at(b, heightM), at(a, heightM)])
  }
  return triangles
}

/** Cuts ears off until nothing is left. */
function cutIntoTriangles(outline: readonly Flat[]): [Flat, Flat, Flat][] {
  const left = [...outline]
  const triangles: [Flat, Flat, Flat][] = []
  while (left.length > 3) {
    const k = left.findIndex((corner, i) => {
      const [before, after] = [left.at(i - 1)!, left[(i + 1) % left.length]!]
      const others = left.filter((each) => each !== corner && each !== before && each !== after)
      const isEar = turn(before, corner, after) > 0
      return isEar && !others.some((each) => isInside(each, before, corner, after))
    })
    triangles.push([left.at(k - 1)!, left[k]!, left[(k + 1) % left.length]!])
    left.splice(k, 1)
  }
  triangles.push([left[0]!, left[1]!, left[2]!])
  return triangles
}

const isInside = (p: Flat, a: Flat, b: Flat, c: Flat): boolean =>
  turn(a, b, p) >= 0 && turn(b, c, p) >= 0 && turn(c, a, p) >= 0

/** Twice the area of a triangle, positive when it runs counter-clockwise. */
const turn = (a: Flat, b: Flat, c: Flat): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

function normalOf([a, b, c]: Triangle): number[] {
  const u = a.map((each, k) => b[k]! - each)
  const v = a.map((each, k) => c[k]! - each)
  const n = [
    u[1]! * v[2]! - u[2]! * v[1]!,
    u[2]! * v[0]! - u[0]! * v[2]!,
    u[0]! * v[1]! - u[1]! * v[0]!,
  ]
  const length = Math.hypot(...n)
  return n.map((each) => each / length)
}
