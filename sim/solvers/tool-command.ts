import type { ToolAction } from '../../robot/io/control.schema.ts'
import { clamp } from '../../robot/model/scalar.ts'

/**
 * Writes the action that moves the commanded tool by (dx, dy), at most `mostM`, and towards a height.
 * @param heightM - of the commanded tool now [m]
 */
export function writeToolMove(
  action: ToolAction,
  move: { readonly dx: number; readonly dy: number; readonly z: number; readonly mostM: number },
  heightM: number,
  out: Float32Array,
  begin: number,
): void {
  const { stepM, height } = action
  const length = Math.hypot(move.dx, move.dy)
  const scale = length > move.mostM ? move.mostM / length : 1
  out[begin] = clamp((move.dx * scale) / stepM, -1, 1)
  out[begin + 1] = clamp((move.dy * scale) / stepM, -1, 1)
  const vertical =
    height.mode === 'relative'
      ? (move.z - heightM) / height.stepM
      : (move.z - height.centreM) / height.spanM
  out[begin + 2] = clamp(vertical, -1, 1)
}
