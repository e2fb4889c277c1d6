import type { TableSheet } from '../../robot/calibration/table-sheet.schema.ts'
import { QUIET_CELLS, TAG_CELLS, tagCells } from './april-tag.ts'

/** Half the arms of a touch point's cross, and the radius of its ring [mm]. */
const CROSS_MM = 4
const RING_MM = 2
const RULER_MM = 100
const TEXT = 'font-family="sans-serif" font-size="3.5" text-anchor="middle"'

/** The sheet as an SVG in its true size: what is away from the arm is up, left is left. Print it at 100 %. */
export function drawSheet({ paper, tags, title, touchPoints }: TableSheet): string {
  const [width, height] = [paper.widthM * 1000, paper.depthM * 1000]
  const x = (yM: number) => width / 2 - yM * 1000
  const y = (xM: number) => height - xM * 1000
  const parts = [
    ...tags.placed.flatMap((tag) => [
      ...drawTag(tag.id, x(tag.yM), y(tag.xM), tags.sizeM * 1000),
      label(x(tag.yM), y(tag.xM) + tags.sizeM * 650, `tag36h11 ${tag.id}`),
    ]),
    ...touchPoints.flatMap(({ name, xM, yM }) => drawPoint(x(yM), y(xM), name)),
    // The origin, on the edge that goes towards the arm.
    line(width / 2, height, width / 2, height - 2 * CROSS_MM),
    label(width / 2 + 30, height - 4, 'this edge to the arm, its middle on the mark'),
    line(width / 2 - RULER_MM / 2, 6, width / 2 + RULER_MM / 2, 6),
    label(width / 2, 5, `${RULER_MM} mm: measure me. ${title}`),
  ]
  return svg(width, height, parts)
}

/** One tag with its white border as an SVG in its true size. @param sizeM - of its black square */
export function drawTagSheet(id: number, sizeM: number): string {
  const side = (sizeM * 1000 * (TAG_CELLS + 2 * QUIET_CELLS)) / TAG_CELLS
  return svg(side, side, drawTag(id, side / 2, side / 2, sizeM * 1000))
}

/** Black square and white cells, about its middle [mm]. */
function drawTag(id: number, middleX: number, middleY: number, size: number): string[] {
  const cell = size / TAG_CELLS
  const [left, top] = [middleX - size / 2, middleY - size / 2]
  const white = tagCells(id).flatMap((cells, row) =>
    cells.flatMap((isWhite, column) =>
      isWhite ? [rect(left + column * cell, top + row * cell, cell, 'white')] : [],
    ),
  )
  return [rect(left, top, size, 'black'), ...white]
}

function drawPoint(x: number, y: number, name: string): string[] {
  return [
    line(x - CROSS_MM, y, x + CROSS_MM, y),
    line(x, y - CROSS_MM, x, y + CROSS_MM),
    `<circle cx="${mm(x)}" cy="${mm(y)}" r="${RING_MM}" fill="none" stroke="black" stroke-width="0.2"/>`,
    label(x + CROSS_MM + 2, y - 1, name),
  ]
}

const rect = (x: number, y: number, side: number, fill: string): string =>
  `<rect x="${mm(x)}" y="${mm(y)}" width="${mm(side)}" height="${mm(side)}" fill="${fill}"/>`

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${mm(x1)}" y1="${mm(y1)}" x2="${mm(x2)}" y2="${mm(y2)}" stroke="black" stroke-width="0.2"/>`

const label = (x: number, y: number, text: string): string =>
  `<text x="${mm(x)}" y="${mm(y)}" ${TEXT}>${text}</text>`

const svg = (width: number, height: number, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${mm(width)}mm" height="${mm(height)}mm" ` +
  `viewBox="0 0 ${mm(width)} ${mm(height)}">\n<rect width="100%" height="100%" fill="white"/>\n` +
  `${parts.join('\n')}\n</svg>\n`

/** Micrometres are enough. */
const mm = (value: number): string => String(Math.round(value * 1000) / 1000)
