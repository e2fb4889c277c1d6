import type { RandomStream } from '../../robot/model/random.ts'
import type { Physics, Start } from '../engines/engine.ts'
import { reachOfObject } from '../scene/object.ts'
import { restOnTable } from '../scene/table.ts'
import { noPlace } from './no-place.ts'
import type { ReachableArea } from './reachable-area.ts'

/** Air between objects that stand by chance [m]. */
const GAP_M = 0.01
const MAX_TRIES = 1000

const place = new Float64Array(2)

/**
 * Stands every object but the first somewhere on the table, at rest: clutter, clear of the first one, of
 * each other, and of the place where the first one belongs.
 *
 * @param goal - where the first object is to go, x and y first
 */
export function placeClutter(
  stream: RandomStream,
  physics: Physics,
  area: ReachableArea,
  goal: Float64Array,
  start: Start,
): void {
  const reach = (k: number) => reachOfObject(physics.objects[k]!.shape)
  for (let k = 1; k < start.objects.length; k++) {
    const isFree = (x: number, y: number) => {
      if (Math.hypot(x - goal[0]!, y - goal[1]!) < reach(0) + reach(k) + GAP_M) return false
      for (let other = 0; other < k; other++) {
        const { position } = start.objects[other]!
        const clearM = reach(other) + reach(k) + GAP_M
        if (Math.hypot(x - position[0]!, y - position[1]!) < clearM) return false
      }
      return true
    }
    for (let i = 0; i < MAX_TRIES; i++) {
      area.sample(stream, 0, 0, 0, place)
      if (isFree(place[0]!, place[1]!)) break
      if (i === MAX_TRIES - 1) {
        throw noPlace(
          `no place in the area for object ${k} among the others`,
          'make the area larger, or the objects fewer',
        )
      }
    }
    const yaw = stream.between(-Math.PI, Math.PI)
    const halfHeight = physics.objects[k]!.shape.halfSizeM[2]!
    restOnTable(physics.table, halfHeight, place[0]!, place[1]!, yaw, start.objects[k]!)
  }
}
