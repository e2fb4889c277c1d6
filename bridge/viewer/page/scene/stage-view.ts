import type { Area, Place } from './grid-layout.ts'

/** Of the camera, from the upper to the lower edge of the picture. */
export const FIELD_OF_VIEW_DEG = 32

type Vector = readonly [number, number, number]

/** What camera and light are set up for. Base frame [m]. */
export interface StageView {
  /** From what the camera looks at towards the camera. */
  readonly direction: Vector
  /** How far the camera may come near. */
  readonly nearestM: number
  /** What casts shadows lies within this radius of a place; and how finely it does, 0 for not at all. */
  readonly lit: { readonly centre: Place; readonly radiusM: number; readonly shadowMapPx: number }
  /** Of the time, that drawing may take where it is slow: a control loop may run on this machine. */
  readonly busyShare: number
  /** What the camera looks at, for a picture of this width over height. */
  aim(aspect: number): Aim
}

export interface Aim {
  readonly target: Vector
  /** Of the camera from there. */
  readonly distanceM: number
}

/** In front of an arm that works `reachM` in front of its base, to its right, above. */
export function armView(reachM: number): StageView {
  return {
    direction: [0.8, -0.72, 0.62],
    nearestM: 0.6 * reachM,
    lit: { centre: { x: 0.7 * reachM, y: 0 }, radiusM: 2.6 * reachM, shadowMapPx: 1024 },
    busyShare: 0.6,
    // Narrow windows look from farther away, so that the whole work area stays in view.
    aim: (aspect) => ({
      target: [0.72 * reachM, 0, 0.3 * reachM],
      distanceM: (3.8 * reachM) / Math.min(1, Math.max(0.55, aspect / 1.15)),
    }),
  }
}

/** Room that is left around a grid, of its size. */
const MARGIN = 1.04

/** In front of rows of arms, high enough that they do not hide each other. */
export function gridView(
  { centre, halfX, halfY }: Area,
  reachM: number,
  hasShadows = true,
): StageView {
  const direction: Vector = [1, -0.12, 1.15]
  const corners = [-halfX, halfX].flatMap((x) =>
    [-halfY, halfY].flatMap((y) => [0, reachM].map((z): Vector => [centre.x + x, centre.y + y, z])),
  )
  return {
    direction,
    nearestM: 0.6 * reachM,
    lit: { centre, radiusM: Math.hypot(halfX, halfY) + reachM, shadowMapPx: hasShadows ? 2048 : 0 },
    // Nothing that has to be in time.
    busyShare: 0.8,
    aim: (aspect) => aimAtAll(corners, direction, aspect),
  }
}

/**
 * The nearest aim that has all points in the picture. A point at p, seen along -d with right r, is in it
 * where |p·r - a| ≤ (D - p·d) t for the shift a and distance D of the camera and the tangent t of half the
 * angle of view: the least D is half the sum of both sides' extremes of p·d t ± p·r, a half their difference.
 */
function aimAtAll(points: readonly Vector[], direction: Vector, aspect: number): Aim {
  const towards = scaled(direction, 1 / Math.hypot(...direction))
  const level = Math.hypot(towards[0], towards[1])
  const right: Vector = [-towards[1] / level, towards[0] / level, 0]
  const up: Vector = [-towards[2] * right[1], towards[2] * right[0], level]
  const tangent = Math.tan((FIELD_OF_VIEW_DEG * Math.PI) / 360)
  const extentOf = (side: Vector, t: number) => {
    const most = Math.max(...points.map((p) => dot(p, towards) * t + dot(p, side)))
    const least = Math.max(...points.map((p) => dot(p, towards) * t - dot(p, side)))
    return { shift: (most - least) / 2, distanceM: (most + least) / (2 * t) }
  }
  const across = extentOf(right, tangent * aspect)
  const along = extentOf(up, tangent)
  return {
    target: [0, 1, 2].map(
      (i) => across.shift * right[i]! + along.shift * up[i]!,
    ) as unknown as Vector,
    distanceM: MARGIN * Math.max(across.distanceM, along.distanceM),
  }
}

function scaled([x, y, z]: Vector, factor: number): Vector {
  return [x * factor, y * factor, z * factor]
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
