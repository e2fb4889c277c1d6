import { Group } from 'three'
import { tableHeightAt } from '../../../../sim/scene/table.ts'
import type { ObjectPlace, RunScene, RunState } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { ArmFigure } from './arm-figure.ts'
import { SetpointMarker } from './setpoint-marker.ts'
import { Trail } from './trail.ts'
import { WorldFigure } from './world-figure.ts'
import { createWorldLook, type WorldLook } from './world-look.ts'

const TRAIL_S = 4
/** An object that moves farther than this within one step was put there by hand [m]. */
const CARRIED_M = 0.06
/** Of the table, in multiples of the arm's reach. */
const [BACK, FRONT, SIDE] = [0.75, 2.05, 1.35]

/** One arm with its surroundings, where its tool is told to go, and where the object has been. */
export class RunFigure {
  /** Base frame. */
  readonly group = new Group()
  private readonly look: WorldLook
  private readonly arm: ArmFigure
  private readonly world: WorldFigure
  private readonly trail: Trail
  private readonly marker: SetpointMarker
  private readonly halfHeightM: number
  private seenAt = [Number.NaN, Number.NaN]

  constructor(scene: RunScene, reachM: number, theme: Theme) {
    const { arm, joints, thresholdM, world } = scene
    const extent = { backM: BACK * reachM, frontM: FRONT * reachM, sideM: SIDE * reachM }
    this.look = createWorldLook(extent, reachM, theme)
    this.arm = new ArmFigure({ arm, joints, origins: [{ x: 0, y: 0 }] }, theme)
    this.world = new WorldFigure(this.look, thresholdM)
    this.world.setScene(world)
    const [halfWidthM = 0, , halfHeightM = 0] = world.objects[0]?.halfSizeM ?? []
    this.halfHeightM = halfHeightM
    this.trail = new Trail(0.5 * halfWidthM, TRAIL_S, theme)
    this.marker = new SetpointMarker(0.021 * reachM, theme)
    this.marker.group.visible = false
    this.group.add(this.arm.group, this.world.group, this.trail.mesh, this.marker.group)
  }

  show(state: RunState): void {
    const { commandedTip, objects, q, timeS, tip } = state
    this.arm.pose(0, q)
    this.world.show(state)
    this.marker.group.visible = true
    const below = tableHeightAt(this.world.table.plane, commandedTip[0], commandedTip[1])
    this.marker.show(tip, commandedTip, below)
    if (objects[0]) this.addToTrail(timeS, objects[0])
  }

  /** Where the object has been. */
  forget(): void {
    this.trail.clear()
  }

  setTheme(theme: Theme): void {
    for (const part of [this.look, this.arm, this.trail, this.marker]) part.setTheme(theme)
  }

  private addToTrail(timeS: number, { position: [x, y, z] }: ObjectPlace): void {
    const movedM = Math.hypot(x - this.seenAt[0]!, y - this.seenAt[1]!)
    if (movedM > CARRIED_M) this.trail.clear()
    this.seenAt = [x, y]
    this.trail.push(timeS, x, y, z - this.halfHeightM)
  }
}
