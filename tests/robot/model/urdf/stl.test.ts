import { describe, expect, it } from 'vitest'
import { hullOfStl, verticesOfStl } from '../../../../robot/model/urdf/stl.ts'

/** Twelve triangles of a box, each corner ± half sizes. */
function boxTriangles([a, b, c]: readonly [number, number, number]): number[][] {
  const corner = (k: number) => [k & 1 ? a : -a, k & 2 ? b : -b, k & 4 ? c : -c]
  const faces = [
    [0, 1, 3, 2],
    [4, 6, 7, 5],
    [0, 4, 5, 1],
    [2, 3, 7, 6],
    [0, 2, 6, 4],
    [1, 5, 7, 3],
  ]
  return faces.flatMap(([p, q, r, s]) => [
    [p, q, r].flatMap((k) => corner(k!)),
    [p, r, s].flatMap((k) => corner(k!)),
  ])
}

function binaryStl(triangles: readonly (readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(84 + 50 * triangles.length)
  const view = new DataView(bytes.buffer)
  // Some exporters begin a binary file with the word of the text format.
  bytes.set(new TextEncoder().encode('solid box'))
  view.setUint32(80, triangles.length, true)
  for (const [k, triangle] of triangles.entries()) {
    for (const [i, x] of triangle.entries()) view.setFloat32(84 + 50 * k + 12 + 4 * i, x, true)
  }
  return bytes
}

function textStl(triangles: readonly (readonly number[])[]): Uint8Array {
  const facets = triangles.map((t) => {
    const vertices = [0, 3, 6].map((i) => `vertex ${t.slice(i, i + 3).join(' ')}`)
    return `facet normal 0 0 0\nouter loop\n${vertices.join('\n')}\nendloop\nendfacet`
  })
  return new TextEncoder().encode(`solid box\n${facets.join('\n')}\nendsolid box`)
}

const BOX = boxTriangles([0.5, 0.25, 0.125])
const PLACE = { file: 'box.stl', scale: [1, 1, 1] } as const

describe('an STL mesh', () => {
  it.each([
    ['binary', binaryStl(BOX)],
    ['text', textStl(BOX)],
  ])('has the same vertices as %s', (_, bytes) => {
    expect([...verticesOfStl(bytes, 'box.stl')]).toEqual(BOX.flat())
  })

  it('has the corners of a box for its hull, scaled', () => {
    const hull = hullOfStl(binaryStl(BOX), { ...PLACE, scale: [0.001, 1, 2] })
    expect(hull).toHaveLength(8)
    for (const [x, y, z] of hull) {
      expect([Math.abs(x), Math.abs(y), Math.abs(z)]).toEqual([0.0005, 0.25, 0.25])
    }
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('ply\nformat ascii 1.0')],
    ['a number that is none', textStl([[0, 0, 0, 1, 0, 0, 0, Number.NaN, 0]])],
    ['half a triangle', binaryStl(BOX).subarray(0, 500)],
  ])('of %s is refused', (_, bytes) => {
    expect(() => hullOfStl(bytes, PLACE)).toThrow(/box\.stl is not an STL mesh/)
  })
})
