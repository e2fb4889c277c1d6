import {
  GRASPING_PARAMETERS,
  GRASPING_TERMS,
  type GraspingParameter,
  type GraspingTerm,
  onTop,
  prepareGrasping,
} from './grasping.ts'
import type { TaskDefinition } from './task.ts'

/** Put the first object on the second and let go. The goal is where the top was when the episode began. */
export const stack: TaskDefinition<GraspingParameter, GraspingTerm> = {
  parameters: GRASPING_PARAMETERS,
  terms: GRASPING_TERMS,
  goalSize: 3,
  prepare: (setting) =>
    prepareGrasping(setting, {
      isStacking: true,
      drawGoal: (_stream, objects, physics, _area, goal) =>
        onTop(objects[1]!.position, physics, goal),
    }),
}
