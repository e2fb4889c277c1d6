/** A place on the ground, base frame of the whole scene [m]. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** Half sizes along x and y, about `centre` [m]. */
export interface Area {
  readonly centre: Place
  readonly halfX: number
  readonly halfY: number
}

export interface GridLayout {
  /** Middle of each cell. */
  readonly centres: readonly Place[]
  readonly area: Area
  /** The cell at a place, undefined between and beside cells. */
  cellAt(place: Place): number | undefined
}

/**
 * Cells in rows, as square as their number allows. Seen from in front (from +x), the first one is far left
 * and counting goes as reading does.
 *
 * @param cell - size of a cell along x and y [m]
 * @param gapM - between two cells
 */
export function gridLayout(
  count: number,
  cell: { readonly xM: number; readonly yM: number },
  gapM: number,
): GridLayout {
  const numColumns = Math.ceil(Math.sqrt(count))
  const numRows = Math.ceil(count / numColumns)
  const pitchX = cell.xM + gapM
  const pitchY = cell.yM + gapM
  const centres = Array.from({ length: count }, (_each, k) => ({
    x: (Math.floor(k / numColumns) - (numRows - 1) / 2) * pitchX,
    y: ((k % numColumns) - (numColumns - 1) / 2) * pitchY,
  }))
  return {
    centres,
    area: {
      centre: { x: 0, y: 0 },
      halfX: (numRows * pitchX - gapM) / 2,
      halfY: (numColumns * pitchY - gapM) / 2,
    },
    cellAt({ x, y }) {
      const found = centres.findIndex(
        (centre) => Math.abs(x - centre.x) <= cell.xM / 2 && Math.abs(y - centre.y) <= cell.yM / 2,
      )
      return found < 0 ? undefined : found
    },
  }
}
