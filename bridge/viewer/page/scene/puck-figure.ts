import { Color, Group, LatheGeometry, MeshStandardMaterial, Vector2 } from 'three'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import type { ViewerScene } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { solid } from './arm-shapes.ts'

const SEGMENTS = 72
const FILLET_STEPS = 6

export interface PuckFigure {
  /** Centre of the puck, base frame. */
  readonly group: Group
  setTheme(theme: Theme): void
}

/** A turned puck: rounded edges, a sunk light disc on top with a mark that shows how it is turned. */
export function createPuckFigure(object: ViewerScene['object'], theme: Theme): PuckFigure {
  const { radiusM: r, halfHeightM: h } = object
  const body = new MeshStandardMaterial({ roughness: 0.42 })
  const inlay = new MeshStandardMaterial({ color: 0xf4f6f8, roughness: 0.55 })
  const group = new Group()
  const profile = [
    new Vector2(0, -h),
    ...fillet(r, -h, 0.12 * r, -1),
    ...fillet(r, h, 0.2 * r, 1),
    new Vector2(0.66 * r, h),
    new Vector2(0.64 * r, h - 0.05 * r),
    new Vector2(0, h - 0.05 * r),
  ]
  group.add(solid(upright(new LatheGeometry(profile, SEGMENTS)), body))
  const top = [new Vector2(0.635 * r, 0), new Vector2(0.6 * r, 0.02 * r), new Vector2(0, 0.02 * r)]
  const disc = solid(upright(new LatheGeometry(top, SEGMENTS)), inlay)
  disc.position.z = h - 0.045 * r
  const mark = solid(new RoundedBoxGeometry(0.34 * r, 0.1 * r, 0.04 * r, 3, 0.019 * r), body)
  mark.position.set(0.36 * r, 0, h - 0.02 * r)
  group.add(disc, mark)
  const setTheme = ({ object: color }: Theme) => {
    body.color = new Color(color)
  }
  setTheme(theme)
  return { group, setTheme }
}

/** Quarter circle between wall and end face; `side` 1 for the upper edge, -1 for the lower. */
function fillet(radius: number, z: number, bend: number, side: 1 | -1): Vector2[] {
  return Array.from({ length: FILLET_STEPS + 1 }, (_each, i) => {
    const share = i / FILLET_STEPS
    const angle = (Math.PI / 2) * (side === 1 ? share : 1 - share)
    return new Vector2(
      radius - bend + bend * Math.cos(angle),
      z - side * bend + side * bend * Math.sin(angle),
    )
  })
}

/** three turns profiles about y; the puck stands along z. */
function upright(geometry: LatheGeometry): LatheGeometry {
  geometry.rotateX(Math.PI / 2)
  return geometry
}
