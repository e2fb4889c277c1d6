import {
  GRASPING_PARAMETERS,
  GRASPING_TERMS,
  type GraspingParameter,
  type GraspingTerm,
  prepareGrasping,
} from './grasping.ts'
import type { TaskDefinition } from './task.ts'

/** Lift an object straight up. */
export const lift: TaskDefinition<GraspingParameter | 'liftHeightM', GraspingTerm> = {
  parameters: { ...GRASPING_PARAMETERS, liftHeightM: 'goal above the place on the table' },
  terms: GRASPING_TERMS,
  goalSize: 3,
  prepare(setting) {
    const { liftHeightM } = setting.onArm.parameters
    return prepareGrasping(setting, {
      isStacking: false,
      drawGoal(_stream, objects, _physics, _area, goal) {
        goal.set(objects[0]!.position)
        goal[2] = goal[2]! + liftHeightM
      },
    })
  },
}
