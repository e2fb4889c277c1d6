import { createObjectState, type Physics, type Start } from '../../../sim/engines/engine.ts'
import { restOnTable } from '../../../sim/scene/table.ts'

/** Joints at `q`, and the only object at rest on the table. */
export function puckStart(
  physics: Physics,
  q: ArrayLike<number>,
  x = 0.25,
  y = 0,
  yawRad = 0,
): Start {
  const { table, objects } = physics
  const puck = createObjectState()
  restOnTable(table, objects[0]!.shape.halfSizeM[2]!, x, y, yawRad, puck)
  return { q: Float64Array.from(q), objects: [puck] }
}
