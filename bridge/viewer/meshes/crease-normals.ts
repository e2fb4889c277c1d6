import type { IndexedTriangles } from './simplify-triangles.ts'

/** Faces that meet at less than this are one curved surface. */
const MAX_SMOOTH_RAD = 0.6
/** Normals that differ less look the same: their corner stays one. */
const SAME_NORMAL_COS = Math.cos(0.05)

/** Triangles with the normals of their corners; a corner on an edge stands once for each side. */
export interface ShadedTriangles extends IndexedTriangles {
  /** Unit [3 · corners]. */
  readonly normals: Float32Array
}

/**
 * Gives every corner of a face the mean normal of the faces there that go on smoothly from it, the larger the heavier,
 * so that flat faces stay flat beside rounded edges.
 */
export function creaseNormals({ indices, positions }: IndexedTriangles): ShadedTriangles {
  const areas = faceAreas(positions, indices)
  const facesAt: number[][] = Array.from({ length: positions.length / 3 }, () => [])
  for (const [k, corner] of indices.entries()) facesAt[corner]!.push(Math.floor(k / 3))
  const made = { positions: [] as number[], normals: [] as number[] }
  const sharedAt: number[][] = facesAt.map(() => [])
  const shaded = indices.map((corner, k) => {
    const normal = smoothNormal(areas, Math.floor(k / 3), facesAt[corner]!)
    const shared = sharedAt[corner]!.find(
      (each) => dot(made.normals, each, normal, 0) > SAME_NORMAL_COS,
    )
    if (shared !== undefined) return shared
    const next = made.positions.length / 3
    made.positions.push(...positions.subarray(3 * corner, 3 * corner + 3))
    made.normals.push(...normal)
    sharedAt[corner]!.push(next)
    return next
  })
  return {
    indices: shaded,
    positions: Float32Array.from(made.positions),
    normals: Float32Array.from(made.normals),
  }
}

/** Normals of the faces, as long as twice their area [3 · triangles]. */
function faceAreas(positions: Float32Array, indices: Uint32Array): Float64Array {
  const areas = new Float64Array(indices.length)
  for (let face = 0; face < indices.length; face += 3) {
    const [a, b, c] = [indices[face]!, indices[face + 1]!, indices[face + 2]!]
    const side = (to: number, k: number) => positions[3 * to + k]! - positions[3 * a + k]!
    for (let k = 0; k < 3; k++) {
      const [l, m] = [(k + 1) % 3, (k + 2) % 3]
      areas[face + k] = side(b, l) * side(c, m) - side(b, m) * side(c, l)
    }
  }
  return areas
}

function smoothNormal(areas: Float64Array, face: number, around: readonly number[]): number[] {
  const sum = [0, 0, 0]
  const own = Math.sqrt(dot(areas, face, areas, face))
  for (const each of around) {
    const length = Math.sqrt(dot(areas, each, areas, each))
    const isSmooth = dot(areas, face, areas, each) >= Math.cos(MAX_SMOOTH_RAD) * own * length
    for (let k = 0; k < 3 && isSmooth; k++) sum[k] = sum[k]! + areas[3 * each + k]!
  }
  const length = Math.hypot(...sum)
  return length === 0 ? [0, 0, 1] : sum.map((x) => x / length)
}

/** Of the i-th vector of one list and the j-th of another. */
function dot(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  return a[3 * i]! * b[3 * j]! + a[3 * i + 1]! * b[3 * j + 1]! + a[3 * i + 2]! * b[3 * j + 2]!
}
