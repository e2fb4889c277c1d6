import { clamp } from '../model/scalar.ts'
import type { ToolAction } from './control.schema.ts'

/**
 * Brings a place into the workspace that commanded tips are kept in, base frame [m].
 * @param origin - the arm's first axis, x and y first [m]
 */
export function bringIntoWorkspace(
  { radiusMinM, radiusMaxM, xMinM, yMaxM }: ToolAction['workspace'],
  origin: Float64Array,
  place: { x: number; y: number },
): void {
  const dx = place.x - origin[0]!
  const dy = place.y - origin[1]!
  const radius = Math.hypot(dx, dy)
  const scale = clamp(radius, radiusMinM, radiusMaxM) / (radius + 1e-12)
  place.x = Math.max(xMinM, origin[0]! + dx * scale)
  place.y = clamp(origin[1]! + dy * scale, -yMaxM, yMaxM)
}
