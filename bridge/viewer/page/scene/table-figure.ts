import {
  BufferGeometry,
  Color,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineSegments,
  MeshLambertMaterial,
} from 'three'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import { type TablePlane, tableQuaternion } from '../../../../sim/scene/table.ts'
import type { Theme } from '../theme.ts'
import { solid } from './solid.ts'

/** Height of the grid over the table, so that the two do not fight for the same pixels [m]. */
const GRID_LIFT_M = 0.0004
/** Of the slab, in multiples of the arm's reach. */
const THICKNESS = 0.09

/** How far the table goes behind the arm's base, in front of it, and to each side [m]. */
export interface TableExtent {
  readonly backM: number
  readonly frontM: number
  readonly sideM: number
}

/** Bodies and colours of tables that look alike. */
export interface TableLook {
  readonly extent: TableExtent
  readonly thicknessM: number
  /** The slab and the grid on it; its own z = 0 is the surface. */
  createParts(): Group
  setTheme(theme: Theme): void
}

/** The table as a slab with a grid of 5 cm (10 cm for large arms). */
export function createTableLook(extent: TableExtent, reachM: number, theme: Theme): TableLook {
  const { backM, frontM, sideM } = extent
  const thicknessM = THICKNESS * reachM
  const slabMaterial = new MeshLambertMaterial()
  const lineMaterial = new LineBasicMaterial({ transparent: true, opacity: 0.7 })
  const slab = new RoundedBoxGeometry(backM + frontM, 2 * sideM, thicknessM, 4, 0.3 * thicknessM)
  slab.translate((frontM - backM) / 2, 0, -thicknessM / 2)
  const lines = gridLines(extent, reachM)
  lines.translate(0, 0, GRID_LIFT_M)
  const setTheme = ({ table, tableLine }: Theme) => {
    slabMaterial.color = new Color(table)
    lineMaterial.color = new Color(tableLine)
  }
  setTheme(theme)
  return {
    extent,
    thicknessM,
    createParts() {
      const body = solid(slab, slabMaterial)
      body.castShadow = false
      return new Group().add(body, new LineSegments(lines, lineMaterial))
    },
    setTheme,
  }
}

export class TableFigure {
  /** Base frame; its own z = 0 is the surface. */
  readonly group: Group
  plane: TablePlane = { heightM: 0, tiltXRad: 0, tiltYRad: 0 }

  constructor(look: TableLook) {
    this.group = look.createParts()
  }

  lay(plane: TablePlane): void {
    this.plane = plane
    const quaternion = new Float64Array(4)
    tableQuaternion(plane, quaternion)
    this.group.quaternion.fromArray(quaternion)
    this.group.position.z = plane.heightM
  }
}

function gridLines({ backM, frontM, sideM }: TableExtent, reachM: number): BufferGeometry {
  const stepM = reachM < 0.35 ? 0.05 : 0.1
  const margin = 0.05 * reachM
  const [minX, maxX] = [-backM + margin, frontM - margin]
  const maxY = sideM - margin
  const points: number[] = []
  for (let i = Math.ceil(minX / stepM); i * stepM <= maxX; i++) {
    points.push(i * stepM, -maxY, 0, i * stepM, maxY, 0)
  }
  for (let i = Math.ceil(-maxY / stepM); i * stepM <= maxY; i++) {
    points.push(minX, i * stepM, 0, maxX, i * stepM, 0)
  }
  return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(points, 3))
}
