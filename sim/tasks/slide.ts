import {
  PUSHING_PARAMETERS,
  PUSHING_TERMS,
  Pushing,
  type PushingParameter,
  pushArea,
} from './pushing.ts'
import type { TaskDefinition } from './task.ts'
import { createToolStart } from './tool-start.ts'

type SlideParameter = PushingParameter | 'goalNearM' | 'goalFarM' | 'goalAsideM'

/** Strike an object so that it slides to a place beyond the arm's reach (FetchSlide of arXiv 1802.09464). */
export const slide: TaskDefinition<SlideParameter, keyof typeof PUSHING_TERMS> = {
  parameters: {
    ...PUSHING_PARAMETERS,
    goalNearM: 'nearest x of a goal, base frame',
    goalFarM: 'farthest x of a goal, base frame',
    goalAsideM: 'greatest |y| of a goal, base frame',
  },
  terms: PUSHING_TERMS,
  goalSize: 2,
  prepare(setting) {
    const { model, onArm } = setting
    const { goalNearM, goalFarM, goalAsideM } = onArm.parameters
    const area = pushArea(setting)
    const drawTool = createToolStart(model, onArm)
    return () =>
      new Pushing(setting, area, drawTool, (stream, _x, _y, goal) => {
        goal[0] = stream.between(goalNearM, goalFarM)
        goal[1] = stream.between(-goalAsideM, goalAsideM)
      })
  },
}
