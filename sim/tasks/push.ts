import {
  PUSHING_PARAMETERS,
  PUSHING_TERMS,
  Pushing,
  type PushingParameter,
  pushArea,
} from './pushing.ts'
import type { TaskOnArm } from './task.schema.ts'
import type { TaskDefinition } from './task.ts'
import { createToolStart } from './tool-start.ts'

export type PushParameter = PushingParameter | 'startGoalDistanceM'
export type PushOnArm = TaskOnArm<PushParameter>

/** Push an object to a place that the arm reaches (Peng et al. 2018, arXiv 1710.06537). */
export const push: TaskDefinition<PushParameter, keyof typeof PUSHING_TERMS> = {
  parameters: {
    ...PUSHING_PARAMETERS,
    startGoalDistanceM: 'smallest distance from start to goal',
  },
  terms: PUSHING_TERMS,
  goalSize: 2,
  prepare(setting) {
    const { model, onArm } = setting
    const { startGoalDistanceM } = onArm.parameters
    const area = pushArea(setting)
    const drawTool = createToolStart(model, onArm)
    return () =>
      new Pushing(setting, area, drawTool, (stream, x, y, goal) =>
        area.sample(stream, x, y, startGoalDistanceM, goal),
      )
  },
}
