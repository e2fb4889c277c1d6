import { Group, LineSegments, Mesh } from 'three'
import type { WorldScene, WorldState } from '../../frames.ts'
import { GoalFigure } from './goal-figure.ts'
import { createObjectFigure } from './object-figure.ts'
import { TableFigure } from './table-figure.ts'
import type { WorldLook } from './world-look.ts'

/** Everything around one arm: table, objects, goal. In the arm's base frame. */
export class WorldFigure {
  readonly group = new Group()
  readonly table: TableFigure
  private readonly look: WorldLook
  private readonly thresholdM: number
  /** What differs between two draws. */
  private readonly drawn = new Group()
  private objects: readonly Group[] = []
  private goal: GoalFigure | undefined

  constructor(look: WorldLook, thresholdM: number) {
    this.look = look
    this.thresholdM = thresholdM
    this.table = new TableFigure(look.table)
    this.group.add(this.table.group, this.drawn)
  }

  /** Objects and goal are seen from the next state on. */
  setScene({ objects, table }: WorldScene): void {
    const { first, others } = this.look.objects
    disposeBodies(this.drawn)
    this.drawn.clear()
    this.table.lay(table)
    this.goal = new GoalFigure(this.look.goal, objects[0], this.thresholdM)
    this.objects = objects.map((object, k) => createObjectFigure(object, k === 0 ? first : others))
    for (const object of this.objects) object.visible = false
    this.drawn.add(this.goal.group, ...this.objects)
  }

  show({ goal, isReached, objects }: WorldState): void {
    this.goal?.show(goal, this.table.plane, isReached)
    for (const [k, figure] of this.objects.entries()) {
      const place = objects[k]
      figure.visible = place !== null && place !== undefined
      if (!place) continue
      figure.position.fromArray(place.position)
      figure.quaternion.fromArray(place.quaternion)
    }
  }
}

/** Gives back what the graphics card holds of them; materials belong to the look. */
function disposeBodies(group: Group): void {
  group.traverse((each) => {
    if (each instanceof Mesh || each instanceof LineSegments) each.geometry.dispose()
  })
}
