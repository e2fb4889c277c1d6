import { CircleGeometry, Color, Group, Mesh, MeshBasicMaterial, RingGeometry } from 'three'
import type { Theme } from '../theme.ts'

const SEGMENTS = 96
const LIFT_M = 0.0009

export interface GoalFigure {
  /** On the table. */
  readonly group: Group
  /** Shows whether the puck's centre is within the threshold. */
  setReached(isReached: boolean): void
  setTheme(theme: Theme): void
}

/** Where the puck is to lie (disc of its size), and how far off its centre may be (ring). */
export function createGoalFigure(radiusM: number, thresholdM: number, theme: Theme): GoalFigure {
  const group = new Group()
  const inside = glow()
  const disc = glow()
  const edge = glow()
  const ring = glow()
  const lineM = 0.03 * thresholdM
  add(group, new CircleGeometry(thresholdM, SEGMENTS), inside, 0)
  add(group, new CircleGeometry(radiusM, SEGMENTS), disc, 1)
  add(group, new RingGeometry(radiusM - lineM, radiusM, SEGMENTS), edge, 2)
  add(group, new RingGeometry(thresholdM - 1.4 * lineM, thresholdM, SEGMENTS), ring, 2)
  const setReached = (isReached: boolean) => {
    inside.opacity = isReached ? 0.34 : 0.12
    disc.opacity = isReached ? 0.45 : 0.24
    edge.opacity = 0.75
    ring.opacity = isReached ? 1 : 0.8
  }
  const setTheme = ({ goal }: Theme) => {
    for (const material of [inside, disc, edge, ring]) material.color = new Color(goal)
  }
  setReached(false)
  setTheme(theme)
  return { group, setReached, setTheme }
}

function glow(): MeshBasicMaterial {
  return new MeshBasicMaterial({ transparent: true, depthWrite: false, toneMapped: false })
}

function add(
  group: Group,
  geometry: CircleGeometry | RingGeometry,
  material: MeshBasicMaterial,
  layer: number,
): void {
  const mesh = new Mesh(geometry, material)
  mesh.position.z = LIFT_M + 0.0001 * layer
  mesh.renderOrder = layer
  group.add(mesh)
}
