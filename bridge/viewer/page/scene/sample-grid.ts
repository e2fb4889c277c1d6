import { type GridLayout, gridLayout, type Place } from './grid-layout.ts'
import type { TableExtent } from './table-figure.ts'

/** Of each table, in multiples of the arm's reach; and between two. */
const [BACK, FRONT, SIDE, GAP] = [0.6, 2.05, 1.15, 0.22]
/** Of the frame around a table, of the arm's reach. */
const FRAME_WIDTH = 0.07

/** Where arms that are shown beside each other stand, each on a table of its own. */
export interface SampleGrid {
  readonly layout: GridLayout
  /** Of the tables, about each arm's base. */
  readonly extent: TableExtent
  /** Of the arms' bases. */
  readonly origins: readonly Place[]
  /** Of the frame around a table, and where its middle is from the arm's base [m]. */
  readonly frame: { readonly xM: number; readonly yM: number; readonly middleXM: number }
}

export function sampleGrid(count: number, reachM: number): SampleGrid {
  const extent = { backM: BACK * reachM, frontM: FRONT * reachM, sideM: SIDE * reachM }
  const size = { xM: extent.backM + extent.frontM, yM: 2 * extent.sideM }
  const layout = gridLayout(count, size, GAP * reachM)
  const border = 2 * FRAME_WIDTH * reachM
  return {
    layout,
    extent,
    origins: layout.centres.map(({ x, y }) => ({ x: x - size.xM / 2 + extent.backM, y })),
    frame: {
      xM: size.xM + border,
      yM: size.yM + border,
      middleXM: (extent.frontM - extent.backM) / 2,
    },
  }
}
