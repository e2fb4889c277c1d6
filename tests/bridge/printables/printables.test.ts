import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tagCells } from '../../../bridge/printables/april-tag.ts'
import {
  box,
  cylinder,
  slottedAngle,
  stlBytes,
  type Triangle,
} from '../../../bridge/printables/solids.ts'
import { writePrintables } from '../../../bridge/printables/write-printables.node.ts'
import { verticesOfStl } from '../../../robot/model/urdf/stl.ts'

/** cv2.aruco.generateImageMarker(DICT_APRILTAG_36h11, id, 8) of OpenCV 4.12, rows from above, 1 is white. */
const OPENCV = [
  '00000000 00010000 00110100 00001010 00001100 01011100 01010110 00000000',
  '00000000 01001000 01011010 00001100 00011110 01110100 00110110 00000000',
  '00000000 00111000 00010000 01001000 00000010 00100100 01110110 00000000',
  '00000000 00001100 00100110 01001010 01110010 01110000 01001110 00000000',
  '00000000 00100010 00000010 00101000 01111010 00011110 00101110 00000000',
]

describe('a tag of the family 36h11', () => {
  it.each(OPENCV.map((rows, id) => ({ id, rows })))('$id is OpenCV’s', ({ id, rows }) => {
    // OpenCV has this family's tags upside down.
    const upright = rows
      .split(' ')
      .reverse()
      .map((row) => [...row].reverse().join(''))
    const ours = tagCells(id).map((row) => row.map((isWhite) => (isWhite ? '1' : '0')).join(''))
    expect(ours).toEqual(upright)
  })

  it('differs from every other, however it is turned, by 11 bits', () => {
    const turn = (cells: readonly (readonly boolean[])[]) =>
      cells.map((_, row) => cells.map((each) => each[cells.length - 1 - row]!))
    const turned = Array.from({ length: 24 }, (_, id) => {
      const quarters = [tagCells(id)]
      for (let k = 0; k < 3; k++) quarters.push(turn(quarters[k]!) as boolean[][])
      return quarters.map((cells) => cells.flat())
    })
    for (const [id, [upright, ...others]] of turned.entries()) {
      const rivals = [...others, ...turned.slice(0, id).flat()]
      for (const rival of rivals) {
        const distance = upright!.filter((cell, k) => cell !== rival[k]).length
        expect(distance).toBeGreaterThanOrEqual(11)
      }
    }
  })

  it('is refused beyond those that are known', () => {
    expect(() => tagCells(24)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error)
  })
})

/** By the divergence theorem [m³]. */
const volume = (triangles: readonly Triangle[]): number =>
  triangles.reduce((sum, [a, b, c]) => {
    const cross = [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]]
    return sum + (a[0] * cross[0]! + a[1] * cross[1]! + a[2] * cross[2]!) / 6
  }, 0)

/** Edges that no neighbour runs along the other way. */
function openEdges(triangles: readonly Triangle[]): string[] {
  const edges = new Map<string, number>()
  for (const corners of triangles) {
    for (const [k, from] of corners.entries()) {
      const to = corners[(k + 1) % 3]!
      const [there, back] = [`${from} > ${to}`, `${to} > ${from}`]
      if (edges.has(back)) edges.delete(back)
      else edges.set(there, 1)
    }
  }
  return [...edges.keys()]
}

describe('a solid to print', () => {
  const angle = {
    baseM: [0.08, 0.06],
    heightM: 0.07,
    thicknessM: 0.006,
    slotWidthM: 0.0067,
    slotDepthM: 0.03,
  } as const
  const sides = 96
  const disc = (sides / 2) * Math.sin((2 * Math.PI) / sides) * 0.03 ** 2
  const base = 0.08 * 0.06 * 0.006
  const upright = (0.08 * 0.07 - 0.0067 * 0.03) * 0.006

  it.each([
    ['box', box([0.06, 0.04, 0.02]), 0.06 * 0.04 * 0.02],
    ['cylinder', cylinder(0.03, 0.036), disc * 0.036],
    ['slotted angle', slottedAngle(angle), base + upright],
  ])('%s is closed and as large as it should be', (_name, triangles, expected) => {
    expect(openEdges(triangles)).toEqual([])
    expect(volume(triangles)).toBeCloseTo(expected, 12)
  })

  it('is read again by an STL reader, in millimetres', () => {
    const triangles = box([0.06, 0.04, 0.02])
    const vertices = verticesOfStl(stlBytes(triangles), 'box.stl')
    expect(vertices).toHaveLength(9 * triangles.length)
    expect(Math.max(...vertices)).toBeCloseTo(30, 5)
    expect(Math.min(...vertices)).toBeCloseTo(-30, 5)
  })
})

describe('npm run printables', () => {
  it('writes sheet, tag and parts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-print-'))
    try {
      const files = writePrintables(join(folder, 'new'))
      expect(files.map((file) => file.split('/').at(-1))).toEqual(
        expect.arrayContaining(['table-sheet.svg', 'puck.stl', 'block.stl', 'puck-tag.svg']),
      )
      const sheet = readFileSync(files[0]!, 'utf8')
      expect(sheet).toMatch(/width="297mm" height="210mm"/)
      writeFileSync(join(folder, 'file'), '')
      expect(() => writePrintables(join(folder, 'file'))).toThrow(
        expect.objectContaining({ code: 'BRIDGE_DISK' }) as Error,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
