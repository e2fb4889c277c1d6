import { MeshoptSimplifier } from 'meshoptimizer'

/** Corners nearer to each other than this are one [m]. */
const WELD_M = 2e-6

/** Triangles that share corners. */
export interface IndexedTriangles {
  /** [3 · corners], [m] */
  readonly positions: Float32Array
  /** [3 · triangles] */
  readonly indices: Uint32Array
}

/** As few triangles as keep every surface within a tolerance [m]; parts smaller than that are left out. */
export async function simplifyTriangles(
  corners: Float64Array,
  toleranceM: number,
): Promise<IndexedTriangles> {
  await MeshoptSimplifier.ready
  const { indices, positions } = weld(corners)
  const [simplified] = MeshoptSimplifier.simplify(indices, positions, 3, 0, toleranceM, [
    'ErrorAbsolute',
    'Prune',
  ])
  return compact(positions, simplified)
}

function weld(corners: Float64Array): IndexedTriangles {
  const seen = new Map<string, number>()
  const positions: number[] = []
  const indices = new Uint32Array(corners.length / 3).map((_each, k) => {
    const corner = [corners[3 * k]!, corners[3 * k + 1]!, corners[3 * k + 2]!]
    const key = corner.map((x) => Math.round(x / WELD_M)).join()
    const known = seen.get(key) ?? seen.size
    if (known === seen.size) {
      seen.set(key, known)
      positions.push(...corner)
    }
    return known
  })
  return { positions: Float32Array.from(positions), indices }
}

/** Without the corners that no triangle has. */
function compact(positions: Float32Array, indices: Uint32Array): IndexedTriangles {
  const places = new Map<number, number>()
  const renumbered = indices.map((corner) => {
    const place = places.get(corner) ?? places.size
    places.set(corner, place)
    return place
  })
  const kept = [...places.keys()].flatMap((corner) => [
    ...positions.subarray(3 * corner, 3 * corner + 3),
  ])
  return { positions: Float32Array.from(kept), indices: renumbered }
}
