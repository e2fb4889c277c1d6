import { Color, Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three'
import type { DrawnWorld, SampleScene, WorldState } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { ArmFigure } from './arm-figure.ts'
import { createArrowLook, GravityArrow } from './gravity-arrow.ts'
import { type GridLayout, gridLayout, type Place } from './grid-layout.ts'
import { NumberLabel } from './number-label.ts'
import { WorldFigure } from './world-figure.ts'
import { createWorldLook } from './world-look.ts'

/** Of each table, in multiples of the arm's reach; and between two. */
const [BACK, FRONT, SIDE, GAP] = [0.6, 2.05, 1.15, 0.22]
/** Where the gravity arrow begins, and how long it is under nominal gravity. */
const ARROW = { x: -0.3, y: 0.85, z: 1.05, length: 0.85 }
const LABEL_HEIGHT = 0.26
const FRAME_WIDTH = 0.07

interface Cell {
  readonly world: WorldFigure
  readonly arrow: GravityArrow
}

/** Arms beside each other, each in a world of its own. */
export class SampleFigure {
  /** Base frame of the whole scene; each arm's own one is moved, not turned. */
  readonly group = new Group()
  readonly layout: GridLayout
  private readonly arm: ArmFigure
  private readonly cells: readonly Cell[]
  private readonly themed: readonly { setTheme(theme: Theme): void }[]
  private readonly frame: Mesh
  private readonly frameMaterial = new MeshBasicMaterial({ toneMapped: false })

  constructor(scene: SampleScene, reachM: number, theme: Theme) {
    const { arm, count, joints, thresholdM } = scene
    const extent = { backM: BACK * reachM, frontM: FRONT * reachM, sideM: SIDE * reachM }
    const size = { xM: extent.backM + extent.frontM, yM: 2 * extent.sideM }
    this.layout = gridLayout(count, size, GAP * reachM)
    const look = createWorldLook(extent, reachM, theme)
    const arrows = createArrowLook(theme)
    const origins = this.layout.centres.map(
      ({ x, y }): Place => ({ x: x - size.xM / 2 + extent.backM, y }),
    )
    this.arm = new ArmFigure({ arm, joints, origins }, theme)
    const labels = origins.map((_each, k) => new NumberLabel(k + 1, LABEL_HEIGHT * reachM, theme))
    this.cells = origins.map((origin, k) => {
      const world = new WorldFigure(look, thresholdM)
      const arrow = new GravityArrow(arrows, ARROW.length * reachM)
      arrow.group.position.set(ARROW.x * reachM, ARROW.y * reachM, ARROW.z * reachM)
      const label = labels[k]!.mesh
      label.position.set(extent.frontM - 0.04 * reachM, -extent.sideM + 0.06 * reachM, 0.0015)
      world.table.group.add(label)
      world.group.add(arrow.group)
      world.group.position.set(origin.x, origin.y, 0)
      return { world, arrow }
    })
    const border = 2 * FRAME_WIDTH * reachM
    this.frame = new Mesh(
      new PlaneGeometry(size.xM + border, size.yM + border).translate(
        (extent.frontM - extent.backM) / 2,
        0,
        -look.table.thicknessM,
      ),
      this.frameMaterial,
    )
    this.themed = [look, arrows, this.arm, ...labels]
    this.group.add(this.arm.group, ...this.cells.map(({ world }) => world.group))
    this.setTheme(theme)
    this.mark(0)
  }

  setDraws(worlds: readonly DrawnWorld[]): void {
    for (const [k, { world, arrow }] of this.cells.entries()) {
      world.setScene(worlds[k]!)
      arrow.show(worlds[k]!.gravity)
      this.arm.build(k, worlds[k]!.linkLengthScale)
    }
  }

  show(worlds: readonly WorldState[]): void {
    for (const [k, { world }] of this.cells.entries()) {
      this.arm.pose(k, worlds[k]!.q)
      world.show(worlds[k]!)
    }
  }

  /** Puts a frame around one cell. */
  mark(index: number): void {
    this.cells[index]!.world.table.group.add(this.frame)
  }

  setTheme(theme: Theme): void {
    for (const part of this.themed) part.setTheme(theme)
    this.frameMaterial.color = new Color(theme.ink)
  }
}
