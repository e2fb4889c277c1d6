import { TAG_CELLS, type TagDetector } from '../../../../robot/sensors/camera/tag-detector.ts'
import { SHEET_TAG_M, SHEET_TAGS } from '../../../../robot/sensors/camera/tag-sheet.ts'

const MM = 1000
/** What the tags and their borders need [mm]. */
const [WIDTH, HEIGHT] = [200, 250]
/** The object's tag stands in the middle, to cut out [mm]. */
const OBJECT_TAG_MM = 30

/** The sheet as it is printed, in millimetres, with a tag for the object to cut out. */
export function sheetPicture(detector: TagDetector, objectTag: number): string {
  const tags = Object.entries(SHEET_TAGS).map(([id, [upM, leftM]]) =>
    tagSquares(detector.cells(Number(id)), {
      x: WIDTH / 2 - leftM * MM,
      y: HEIGHT / 2 - upM * MM,
      side: SHEET_TAG_M * MM,
    }),
  )
  const middle = { x: WIDTH / 2, y: HEIGHT / 2, side: OBJECT_TAG_MM }
  const own = tagSquares(detector.cells(objectTag), middle)
  const text = `<text x="${WIDTH / 2}" y="${HEIGHT - 2}" font-size="4" text-anchor="middle">sim2arm: top away from the arm; the black squares are 40 mm wide; cut out the middle one for the object</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}mm" height="${HEIGHT}mm" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="100%" height="100%" fill="#fff"/>${tags.join('')}${own}${text}</svg>`
}

function tagSquares(
  cells: Uint8Array,
  { side, x, y }: { readonly x: number; readonly y: number; readonly side: number },
): string {
  const cell = side / TAG_CELLS
  const squares = Array.from(cells).flatMap((value, k) => {
    if (value === 1) return []
    const left = x - side / 2 + cell * (k % TAG_CELLS)
    const top = y - side / 2 + cell * Math.floor(k / TAG_CELLS)
    return [`M${left} ${top}h${cell}v${cell}h${-cell}z`]
  })
  return `<path shape-rendering="crispEdges" d="${squares.join('')}"/>`
}
