import { Color, Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three'
import type { DrawnWorld, SampleScene, WorldState } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { ArmFigure } from './arm-figure.ts'
import { loadArmMesh } from './arm-mesh.ts'
import { isDrawnInSoftware } from './drawn-in-software.ts'
import { createArrowLook, GravityArrow } from './gravity-arrow.ts'
import type { GridLayout } from './grid-layout.ts'
import { NumberLabel } from './number-label.ts'
import { sampleGrid } from './sample-grid.ts'
import { WorldFigure } from './world-figure.ts'
import { createWorldLook } from './world-look.ts'

/** Where the gravity arrow begins, and how long it is under nominal gravity. */
const ARROW = { x: -0.3, y: 0.85, z: 1.05, length: 0.85 }
const LABEL_HEIGHT = 0.26

interface Cell {
  readonly world: WorldFigure
  readonly arrow: GravityArrow
}

/** Arms beside each other, each in a world of its own. */
export class SampleFigure {
  /** Base frame of the whole scene; each arm's own one is moved, not turned. */
  readonly group = new Group()
  readonly layout: GridLayout
  private readonly scene: SampleScene
  private readonly arm: ArmFigure
  private readonly cells: readonly Cell[]
  private readonly themed: readonly { setTheme(theme: Theme): void }[]
  private readonly frame: Mesh
  private readonly frameMaterial = new MeshBasicMaterial({ toneMapped: false })

  constructor(scene: SampleScene, reachM: number, theme: Theme) {
    const { arm, count, joints, thresholdM } = scene
    this.scene = scene
    const { extent, frame, layout, origins } = sampleGrid(count, reachM)
    this.layout = layout
    const look = createWorldLook(extent, reachM, theme)
    const arrows = createArrowLook(theme)
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
    this.frame = new Mesh(
      new PlaneGeometry(frame.xM, frame.yM).translate(frame.middleXM, 0, -look.table.thicknessM),
      this.frameMaterial,
    )
    this.themed = [look, arrows, this.arm, ...labels]
    this.group.add(this.arm.group, ...this.cells.map(({ world }) => world.group))
    this.setTheme(theme)
    this.mark(0)
  }

  /** As its maker made the arm, once that is here; by its shapes where the processor would have to draw them all. */
  async loadMesh(): Promise<void> {
    if (isDrawnInSoftware()) return
    const bodies = await loadArmMesh(this.scene.arm, this.scene.joints)
    if (bodies !== undefined) this.arm.dress(bodies)
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
