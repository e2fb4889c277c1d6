import type { ToolAction } from '../../robot/io/control.schema.ts'

/** The same action at a share of the speed. */
export function atSpeed(action: ToolAction, share: number): ToolAction {
  const height = { ...action.height, stepM: share * action.height.stepM }
  return { ...action, stepM: share * action.stepM, height }
}
