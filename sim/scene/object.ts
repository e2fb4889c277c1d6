/**
 * Objects on the table: what they are made of, how heavy each part of them is to turn, and where they
 * touch the table. An object's frame stands in its centre of mass, z up while it rests.
 *
 * `halfSizeM` is half the size of the box round the object, feet included:
 *
 *   cylinder  upright; x and y are its radius
 *   box       a cuboid
 *   tee       a T of two bars, one four units long, the other three units down from its middle; x is two
 *             units, y is two units (the stroke is half as wide as x)
 *
 * Only small ball feet touch the table: with points at the mean friction arm, sliding and spinning couple as
 * they do for a face under even pressure, which an engine with contacts at the corners (or at one point) gets
 * wrong. The body itself begins `FOOT_CLEARANCE_M` higher and catches an object that tips over.
 *
 *      ┌──────────────┐   z = +half height
 *      │      +       │   z = 0
 *      └─╥──────────╥─┘   z = -half height + FOOT_CLEARANCE_M
 *        ◦          ◦     z = -half height
 */
export type ObjectKind = 'cylinder' | 'box' | 'tee'

export interface ObjectShape {
  readonly kind: ObjectKind
  /** Along x, y and z of the object [3], [m]. */
  readonly halfSizeM: Float64Array
}

/** One convex part of an object: an upright cylinder (x and y are its radius) or a box. */
export interface ObjectPart {
  readonly kind: 'cylinder' | 'box'
  /** Centre in the object's frame [3] and half size [3], [m]. */
  readonly centreM: Float64Array
  readonly halfSizeM: Float64Array
}

export const FOOT_RADIUS_M = 0.004
/** How far the feet stand out below the body. */
export const FOOT_CLEARANCE_M = 0.0005
/** A tee is seven squares with a foot in the middle of each: four in its bar, three in its stem. */
const FEET = { cylinder: 4, box: 4, tee: 7 } as const
/** A tee of stroke width u: area of its bars, and their distance from the centre of mass, in u. */
const TEE_BAR_AREA = 4
const TEE_STEM_AREA = 3
const TEE_BAR_Y = (TEE_STEM_AREA / (TEE_BAR_AREA + TEE_STEM_AREA)) * 2
const TEE_STEM_Y = TEE_BAR_Y - 2

function numParts(kind: ObjectKind): number {
  return kind === 'tee' ? 2 : 1
}

export function numFeet(kind: ObjectKind): number {
  return FEET[kind]
}

/** The convex parts, empty: `shapeParts` gives them size. */
export function createParts(kind: ObjectKind): ObjectPart[] {
  return Array.from({ length: numParts(kind) }, () => ({
    kind: kind === 'cylinder' ? 'cylinder' : 'box',
    centreM: new Float64Array(3),
    halfSizeM: new Float64Array(3),
  }))
}

/** Size and place of the parts of an object, into `out` (of `createParts`). */
export function shapeParts(shape: ObjectShape, out: readonly ObjectPart[]): void {
  const [x, y, z] = shape.halfSizeM as unknown as [number, number, number]
  const lift = FOOT_CLEARANCE_M / 2
  const half = z - lift
  if (shape.kind !== 'tee') {
    out[0]!.centreM.set([0, 0, lift])
    out[0]!.halfSizeM.set([x, y, half])
    return
  }
  const width = x / 2
  const depth = y / 2
  out[0]!.centreM.set([0, TEE_BAR_Y * depth, lift])
  out[0]!.halfSizeM.set([x, depth / 2, half])
  out[1]!.centreM.set([0, TEE_STEM_Y * depth, lift])
  out[1]!.halfSizeM.set([width / 2, 1.5 * depth, half])
}

/** Centre of one foot in the object's frame, into `out` [3]. */
export function footCentre(shape: ObjectShape, foot: number, out: Float64Array): void {
  const [a, b, h] = shape.halfSizeM as unknown as [number, number, number]
  out[2] = FOOT_RADIUS_M - h
  if (shape.kind === 'cylinder') {
    // A disc under even pressure turns against a mean friction arm of two thirds of its radius.
    const angle = (2 * Math.PI * foot) / FEET.cylinder
    out[0] = (2 / 3) * a * Math.cos(angle)
    out[1] = (2 / 3) * a * Math.sin(angle)
  } else if (shape.kind === 'box') {
    const share = meanArm(a, b) / Math.hypot(a, b)
    out[0] = share * a * (foot === 0 || foot === 3 ? 1 : -1)
    out[1] = share * b * (foot < 2 ? 1 : -1)
  } else {
    const isInBar = foot < 4
    out[0] = isInBar ? (foot - 1.5) * (a / 2) : 0
    out[1] = (isInBar ? TEE_BAR_Y : TEE_STEM_Y + 5 - foot) * (b / 2)
  }
}

/** Mean distance of a rectangle's points from its middle [m], for half sides `a` and `b`. */
function meanArm(a: number, b: number): number {
  const d = Math.hypot(a, b)
  return (
    (d +
      ((a * a) / (2 * b)) * Math.log((b + d) / a) +
      ((b * b) / (2 * a)) * Math.log((a + d) / b)) /
    3
  )
}

/** Moments of inertia of an even body about its centre, x, y and z of its frame [kg m²], into `out` [3]. */
export function objectInertia(shape: ObjectShape, massKg: number, out: Float64Array): void {
  const [x, y, z] = shape.halfSizeM as unknown as [number, number, number]
  if (shape.kind === 'cylinder') {
    out[0] = (massKg * (3 * x * x + 4 * z * z)) / 12
    out[1] = out[0]!
    out[2] = (massKg * x * x) / 2
    return
  }
  if (shape.kind === 'box') {
    out[0] = (massKg * (y * y + z * z)) / 3
    out[1] = (massKg * (x * x + z * z)) / 3
    out[2] = (massKg * (x * x + y * y)) / 3
    return
  }
  const u = y / 2
  const w = x / 2
  const bar = (massKg * TEE_BAR_AREA) / (TEE_BAR_AREA + TEE_STEM_AREA)
  const stem = massKg - bar
  const barY = TEE_BAR_Y * u
  const stemY = TEE_STEM_Y * u
  const alongY = bar * ((u * u) / 12 + barY * barY) + stem * ((9 * u * u) / 12 + stemY * stemY)
  const alongX = bar * ((16 * w * w) / 12) + stem * ((w * w) / 12)
  const alongZ = (massKg * z * z) / 3
  out[0] = alongY + alongZ
  out[1] = alongX + alongZ
  out[2] = alongX + alongY
}

/** Radius of the circle round the object's middle that holds all of it, seen from above [m]. */
export function reachOfObject({ kind, halfSizeM }: ObjectShape): number {
  const [x, y] = [halfSizeM[0]!, halfSizeM[1]!]
  if (kind === 'cylinder') return x
  if (kind === 'box') return Math.hypot(x, y)
  const barEnd = Math.hypot(x, (TEE_BAR_Y + 0.5) * (y / 2))
  const stemEnd = Math.hypot(x / 4, (1.5 - TEE_STEM_Y) * (y / 2))
  return Math.max(barEnd, stemEnd)
}
