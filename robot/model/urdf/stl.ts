import { CodedError } from '../../../configs/load/coded-error.ts'

type Vector3 = readonly [number, number, number]

const BINARY_HEADER_BYTES = 84
const TRIANGLE_BYTES = 50
/** Directions in which a hull touches its mesh, spread evenly. */
const NUM_DIRECTIONS = 128

export interface StlPlace {
  /** Named in errors. */
  readonly file: string
  readonly scale: Vector3
}

/**
 * Corners of the convex hull of an STL mesh, to the accuracy of the farthest vertices in 128 directions.
 * Throws ROBOT_URDF_INVALID.
 */
export function hullOfStl(bytes: Uint8Array, place: StlPlace): [number, number, number][] {
  const vertices = verticesOfStl(bytes, place.file)
  const corners = new Set<number>()
  for (const [x, y, z] of spreadDirections(NUM_DIRECTIONS)) {
    let best = 0
    let farthest = Number.NEGATIVE_INFINITY
    for (let i = 0; i < vertices.length; i += 3) {
      const along = x * vertices[i]! + y * vertices[i + 1]! + z * vertices[i + 2]!
      if (along <= farthest) continue
      farthest = along
      best = i
    }
    corners.add(best)
  }
  const [sx, sy, sz] = place.scale
  return [...corners]
    .sort((a, b) => a - b)
    .map((i) => [sx * vertices[i]!, sy * vertices[i + 1]!, sz * vertices[i + 2]!])
}

/** Vertices of all triangles [9 · triangles], binary or text STL. */
export function verticesOfStl(bytes: Uint8Array, file: string): Float64Array {
  const vertices = isBinary(bytes) ? binaryVertices(bytes) : textVertices(bytes)
  if (vertices.length === 0 || vertices.length % 9 !== 0 || !vertices.every(Number.isFinite)) {
    throw new CodedError('ROBOT_URDF_INVALID', `${file} is not an STL mesh`, {
      hint: 'meshes must be STL, binary or text; convert others',
    })
  }
  return vertices
}

function isBinary(bytes: Uint8Array): boolean {
  if (bytes.byteLength < BINARY_HEADER_BYTES) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.byteLength === BINARY_HEADER_BYTES + TRIANGLE_BYTES * view.getUint32(80, true)
}

function binaryVertices(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(80, true)
  const vertices = new Float64Array(9 * count)
  for (let triangle = 0; triangle < count; triangle++) {
    // After the normal.
    const start = BINARY_HEADER_BYTES + TRIANGLE_BYTES * triangle + 12
    for (let k = 0; k < 9; k++) vertices[9 * triangle + k] = view.getFloat32(start + 4 * k, true)
  }
  return vertices
}

function textVertices(bytes: Uint8Array): Float64Array {
  const text = new TextDecoder().decode(bytes)
  const numbers = [...text.matchAll(/\bvertex\s+(\S+)\s+(\S+)\s+(\S+)/g)].flatMap((match) =>
    match.slice(1, 4).map(Number),
  )
  return Float64Array.from(numbers)
}

/** Unit vectors on a Fibonacci spiral, with the six axes. */
function spreadDirections(count: number): Vector3[] {
  const axes: Vector3[] = [
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
  ]
  const turn = Math.PI * (3 - Math.sqrt(5))
  const spiral = Array.from({ length: count - axes.length }, (_, k): Vector3 => {
    const z = 1 - (2 * k + 1) / (count - axes.length)
    const r = Math.sqrt(1 - z * z)
    return [r * Math.cos(turn * k), r * Math.sin(turn * k), z]
  })
  return [...axes, ...spiral]
}
