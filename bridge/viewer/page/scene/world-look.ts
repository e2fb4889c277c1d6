import type { Theme } from '../theme.ts'
import { createGoalLook, type GoalLook } from './goal-figure.ts'
import { createObjectLook, type ObjectLook } from './object-figure.ts'
import { createTableLook, type TableExtent, type TableLook } from './table-figure.ts'

/** What the surroundings of all arms that are shown have in common. */
export interface WorldLook {
  readonly table: TableLook
  readonly objects: ObjectLook
  readonly goal: GoalLook
  setTheme(theme: Theme): void
}

export function createWorldLook(extent: TableExtent, reachM: number, theme: Theme): WorldLook {
  const table = createTableLook(extent, reachM, theme)
  const objects = createObjectLook(theme)
  const goal = createGoalLook(theme)
  return {
    table,
    objects,
    goal,
    setTheme(next) {
      for (const look of [table, objects, goal]) look.setTheme(next)
    },
  }
}
