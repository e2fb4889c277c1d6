import type { ToolController } from '../../robot/io/tool-controller.ts'
import type { LoopView } from './loop-tap.ts'

/** What a tap is shown of a loop's policy steps. @param controller - the one that acts, whichever that is */
export function createLoopView(
  arrays: Omit<LoopView, 'timeS' | 'rule' | 'tip' | 'commandedTip'>,
  controller: () => ToolController,
): LoopView {
  return {
    ...arrays,
    timeS: 0,
    get tip() {
      return controller().measuredTip
    },
    get commandedTip() {
      return controller().commandedTip
    },
    rule: '',
  }
}
