import { invertQuaternion, multiplyQuaternions, rotate } from '../../../robot/model/pose.ts'
import type { ObjectPart } from '../../../sim/scene/object.ts'

/** Points along each edge of a face, and round a circle. */
const PER_EDGE = 5
const PER_CIRCLE = 16

/**
 * Something with a surface, for finding how deep two of them are in each other by geometry alone, whatever an
 * engine says of its contacts. A solid is its convex parts; or points with a radius, such as a capsule's axis.
 */
export interface Solid {
  /** Where it is, base frame [3], x, y, z, w [4]; live. */
  readonly position: Float64Array
  readonly quaternion: Float64Array
  readonly parts: readonly ObjectPart[]
  /** Points of its surface, or of its middle, in its own frame [n, 3]. */
  readonly points: Float64Array
  /** How far it reaches round each point [m]. */
  readonly roundM: number
  /** Of the sphere round its origin that holds all of it [m]. */
  readonly reachM: number
}

export function solidOfParts(
  parts: readonly ObjectPart[],
  pose: Pick<Solid, 'position' | 'quaternion'>,
): Solid {
  const points = Float64Array.from(parts.flatMap(surfacePoints))
  return { ...pose, parts, points, roundM: 0, reachM: reachOf(points) }
}

/** @param axis - points of its axis in the frame of `pose` [n, 3] */
export function solidOfCapsule(
  axis: Float64Array,
  radiusM: number,
  pose: Pick<Solid, 'position' | 'quaternion'>,
): Solid {
  return { ...pose, parts: [], points: axis, roundM: radiusM, reachM: reachOf(axis) + radiusM }
}

/** Depth of the deepest of the points of either in the other [m]; 0 where they are apart. */
export function overlap(a: Solid, b: Solid): number {
  const [ax, ay, az] = a.position as unknown as [number, number, number]
  const [bx, by, bz] = b.position as unknown as [number, number, number]
  if (Math.hypot(ax - bx, ay - by, az - bz) > a.reachM + b.reachM) return 0
  return Math.max(0, deepest(a, b), deepest(b, a))
}

const inverse = new Float64Array(4)
const turn = new Float64Array(4)
const shift = new Float64Array(3)
const point = new Float64Array(3)

/** Depth of the deepest point of `a` in the parts of `b` [m]. */
function deepest(a: Solid, b: Solid): number {
  let depth = Number.NEGATIVE_INFINITY
  if (b.parts.length === 0) return depth
  invertQuaternion(b.quaternion, inverse)
  multiplyQuaternions(inverse, a.quaternion, turn)
  for (let i = 0; i < 3; i++) shift[i] = a.position[i]! - b.position[i]!
  rotate(inverse, shift, shift)
  for (let at = 0; at < a.points.length; at += 3) {
    for (let i = 0; i < 3; i++) point[i] = a.points[at + i]!
    rotate(turn, point, point)
    for (let i = 0; i < 3; i++) point[i] = point[i]! + shift[i]!
    for (const part of b.parts) depth = Math.max(depth, a.roundM - distanceFrom(part, point))
  }
  return depth
}

/** Distance of a point from a part's surface, negative inside [m]. */
export function distanceFrom({ kind, centreM, halfSizeM }: ObjectPart, p: Float64Array): number {
  const x = Math.abs(p[0]! - centreM[0]!)
  const y = Math.abs(p[1]! - centreM[1]!)
  const z = Math.abs(p[2]! - centreM[2]!) - halfSizeM[2]!
  if (kind === 'cylinder')
    return fromCorner(Math.hypot(x, y) - halfSizeM[0]!, Number.NEGATIVE_INFINITY, z)
  return fromCorner(x - halfSizeM[0]!, y - halfSizeM[1]!, z)
}

/** Distance from where three slabs meet, each given as the distance from its face. */
function fromCorner(x: number, y: number, z: number): number {
  const outside = Math.hypot(Math.max(0, x), Math.max(0, y), Math.max(0, z))
  return outside > 0 ? outside : Math.max(x, y, z)
}

function surfacePoints({ kind, centreM, halfSizeM }: ObjectPart): number[] {
  const unit = kind === 'cylinder' ? circlePoints() : boxPoints()
  return unit.map((value, i) => centreM[i % 3]! + value * halfSizeM[i % 3]!)
}

/** Of a cube of half size 1. */
function boxPoints(): number[] {
  const steps = Array.from({ length: PER_EDGE }, (_, i) => (2 * i) / (PER_EDGE - 1) - 1)
  return steps.flatMap((x) =>
    steps.flatMap((y) =>
      steps.flatMap((z) => (Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) < 1 ? [] : [x, y, z])),
    ),
  )
}

/** Of an upright cylinder of radius and half height 1. */
function circlePoints(): number[] {
  return Array.from({ length: PER_CIRCLE }, (_, i) => (2 * Math.PI * i) / PER_CIRCLE).flatMap(
    (angle) => {
      const [x, y] = [Math.cos(angle), Math.sin(angle)]
      return [x, y, -1, x, y, 0, x, y, 1, x / 2, y / 2, -1, x / 2, y / 2, 1]
    },
  )
}

function reachOf(points: Float64Array): number {
  let reach = 0
  for (let at = 0; at < points.length; at += 3) {
    reach = Math.max(reach, Math.hypot(points[at]!, points[at + 1]!, points[at + 2]!))
  }
  return reach
}
