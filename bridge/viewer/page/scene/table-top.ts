import {
  BufferGeometry,
  Color,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineSegments,
  MeshLambertMaterial,
  Quaternion,
} from 'three'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import { type TablePlane, tableQuaternion } from '../../../../sim/scene/table.ts'
import type { Theme } from '../theme.ts'
import { solid } from './arm-shapes.ts'

/** Extent in multiples of the arm's reach: behind the base, in front of it, to each side. */
const BACK = 0.75
const FRONT = 2.05
const SIDE = 1.35
/** Height of the grid over the table, so that the two do not fight for the same pixels [m]. */
const GRID_LIFT_M = 0.0004

export interface TableTop {
  /** Base frame; its own z = 0 is the surface. */
  readonly group: Group
  setTheme(theme: Theme): void
}

/** The table as a slab with a grid of 5 cm (10 cm for large arms). */
export function createTableTop(table: TablePlane, reachM: number, theme: Theme): TableTop {
  const group = new Group()
  const quaternion = new Float64Array(4)
  tableQuaternion(table, quaternion)
  group.quaternion.copy(new Quaternion().fromArray(quaternion))
  group.position.z = table.heightM
  const thickness = 0.09 * reachM
  const slabMaterial = new MeshLambertMaterial()
  const length = (BACK + FRONT) * reachM
  const slab = solid(
    new RoundedBoxGeometry(length, 2 * SIDE * reachM, thickness, 4, 0.3 * thickness),
    slabMaterial,
  )
  slab.position.set(((FRONT - BACK) / 2) * reachM, 0, -thickness / 2)
  slab.castShadow = false
  const gridMaterial = new LineBasicMaterial({ transparent: true, opacity: 0.7 })
  const grid = new LineSegments(gridLines(reachM), gridMaterial)
  grid.position.z = GRID_LIFT_M
  group.add(slab, grid)
  const setTheme = ({ table: color, tableLine }: Theme) => {
    slabMaterial.color = new Color(color)
    gridMaterial.color = new Color(tableLine)
  }
  setTheme(theme)
  return { group, setTheme }
}

function gridLines(reachM: number): BufferGeometry {
  const stepM = reachM < 0.35 ? 0.05 : 0.1
  const margin = 0.05 * reachM
  const [minX, maxX] = [-BACK * reachM + margin, FRONT * reachM - margin]
  const maxY = SIDE * reachM - margin
  const points: number[] = []
  for (let i = Math.ceil(minX / stepM); i * stepM <= maxX; i++) {
    points.push(i * stepM, -maxY, 0, i * stepM, maxY, 0)
  }
  for (let i = Math.ceil(-maxY / stepM); i * stepM <= maxY; i++) {
    points.push(minX, i * stepM, 0, maxX, i * stepM, 0)
  }
  return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(points, 3))
}
