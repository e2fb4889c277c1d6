import { Group } from 'three'
import { tableHeightAt } from '../../../../sim/scene/table.ts'
import type { ViewerScene, ViewerState } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { ArmFigure } from './arm-figure.ts'
import { createGoalFigure, type GoalFigure } from './goal-figure.ts'
import { createPuckFigure, type PuckFigure } from './puck-figure.ts'
import { SetpointMarker } from './setpoint-marker.ts'
import { createTableTop, type TableTop } from './table-top.ts'
import { Trail } from './trail.ts'

const TRAIL_S = 4
/** A puck that moves farther than this within one step was put there by hand [m]. */
const CARRIED_M = 0.06

/** Everything that is drawn, in the arm's base frame. */
export class WorldFigure {
  readonly group = new Group()
  readonly arm: ArmFigure
  private readonly scene: ViewerScene
  private readonly table: TableTop
  private readonly puck: PuckFigure
  private readonly goal: GoalFigure
  private readonly trail: Trail
  private readonly marker: SetpointMarker
  private puckXY = [Number.NaN, Number.NaN]

  constructor(scene: ViewerScene, theme: Theme) {
    this.scene = scene
    this.arm = new ArmFigure(scene.arm, theme)
    this.table = createTableTop(scene.table, this.arm.reachM, theme)
    this.puck = createPuckFigure(scene.object, theme)
    this.goal = createGoalFigure(scene.object.radiusM, scene.thresholdM, theme)
    this.trail = new Trail(0.5 * scene.object.radiusM, TRAIL_S, theme)
    this.marker = new SetpointMarker(0.021 * this.arm.reachM, theme)
    this.table.group.add(this.goal.group)
    this.group.add(this.table.group, this.arm.group, this.puck.group, this.trail.mesh)
    this.group.add(this.marker.group)
    for (const part of [this.puck, this.goal, this.marker]) part.group.visible = false
  }

  show(state: ViewerState): void {
    const { commandedTip, goal, object, q, tip } = state
    this.arm.pose(q)
    this.marker.group.visible = true
    const below = tableHeightAt(this.scene.table, commandedTip[0], commandedTip[1])
    this.marker.show(tip, commandedTip, below)
    this.goal.group.visible = true
    // The goal lies in the table's own plane; for tilts of a few degrees x and y stay what they are.
    this.goal.group.position.set(goal.x, goal.y, 0)
    const isReached = Math.hypot(object.x - goal.x, object.y - goal.y) < this.scene.thresholdM
    this.goal.setReached(isReached && object.ageS !== null)
    if (object.ageS !== null) this.showPuck(state)
  }

  setTheme(theme: Theme): void {
    for (const part of [this.arm, this.table, this.puck, this.goal, this.trail, this.marker]) {
      part.setTheme(theme)
    }
  }

  private showPuck({ object, timeS }: ViewerState): void {
    const { x, y, z, quaternion } = object
    const { group } = this.puck
    group.visible = true
    group.position.set(x, y, z)
    if (quaternion !== undefined) group.quaternion.fromArray(quaternion)
    const movedM = Math.hypot(x - this.puckXY[0]!, y - this.puckXY[1]!)
    if (movedM > CARRIED_M) this.trail.clear()
    this.puckXY = [x, y]
    this.trail.push(timeS, x, y, z - this.scene.object.halfHeightM)
  }
}
