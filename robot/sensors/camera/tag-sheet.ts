import type { Correspondences } from './homography.ts'
import { meetPlane, type TableCamera } from './table-camera.ts'

/** A tag as a detector finds it. */
export interface SeenTag {
  readonly id: number
  /** Its corners in its own picture: top left, top right, bottom right, bottom left [4, 2], pixels. */
  readonly corners: ArrayLike<number>
}

/** Side of the black squares on the sheet [m]. */
export const SHEET_TAG_M = 0.04
/**
 * Middles of the tags on the sheet by id: x up the page, y to its left, from the page's middle [m]. With their borders
 * they fit on A4 and on Letter.
 */
export const SHEET_TAGS: Readonly<Record<number, readonly [number, number]>> = {
  1: [0.1, 0.075],
  2: [0.1, -0.075],
  3: [-0.1, 0.075],
  4: [-0.1, -0.075],
}

/** Corners of a tag that lies with its top up the page, in the order of a detector [4, 2]. */
const CORNERS = [1, 1, 1, -1, -1, -1, -1, 1] as const
/** Two tags tell where a plane is, four do so well. */
const LEAST_TAGS = 3

/** Corners of the sheet's tags on the page and in an image; null when too few are seen. */
export function matchSheet(tags: readonly SeenTag[]): Correspondences | null {
  const plane: number[] = []
  const image: number[] = []
  for (const { corners, id } of tags) {
    const middle = SHEET_TAGS[id]
    if (middle === undefined) continue
    plane.push(...CORNERS.map((sign, k) => middle[k % 2]! + (sign * SHEET_TAG_M) / 2))
    image.push(...Array.from(corners))
  }
  return plane.length < 8 * LEAST_TAGS ? null : { plane, image }
}

/** Middle and heading of a tag that lies level at `heightM` over the sheet, in the sheet's frame; null when behind. */
export function placeTag(
  camera: TableCamera,
  { corners }: SeenTag,
  heightM: number,
): { readonly xM: number; readonly yM: number; readonly yawRad: number } | null {
  const points = [0, 1, 2, 3].map((k) =>
    meetPlane(camera, [corners[2 * k]!, corners[2 * k + 1]!], heightM),
  )
  const [topLeft, topRight, bottomRight, bottomLeft] = points
  if (!topLeft || !topRight || !bottomRight || !bottomLeft) return null
  const mean = (axis: 0 | 1) =>
    (topLeft[axis] + topRight[axis] + bottomRight[axis] + bottomLeft[axis]) / 4
  // Up: from the lower edge to the upper one.
  const up = (axis: 0 | 1) => topLeft[axis] + topRight[axis] - bottomLeft[axis] - bottomRight[axis]
  return { xM: mean(0), yM: mean(1), yawRad: Math.atan2(up(1), up(0)) }
}
