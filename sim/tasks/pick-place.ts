import { tableHeightAt } from '../scene/table.ts'
import {
  GRASPING_PARAMETERS,
  GRASPING_TERMS,
  type GraspingParameter,
  type GraspingTerm,
  prepareGrasping,
} from './grasping.ts'
import type { TaskDefinition } from './task.ts'

type PickPlaceParameter = GraspingParameter | 'airShare' | 'airHeightM'

/** Bring an object to a place on the table or in the air. */
export const pickPlace: TaskDefinition<PickPlaceParameter, GraspingTerm> = {
  parameters: {
    ...GRASPING_PARAMETERS,
    airShare: 'share of goals in the air',
    airHeightM: 'greatest height of a goal above the place on the table',
  },
  terms: GRASPING_TERMS,
  goalSize: 3,
  prepare(setting) {
    const { apartM, airShare, airHeightM } = setting.onArm.parameters
    return prepareGrasping(setting, {
      isStacking: false,
      drawGoal(stream, objects, physics, area, goal) {
        const { position } = objects[0]!
        area.sample(stream, position[0]!, position[1]!, apartM, goal)
        const isInAir = stream.uniform() < airShare
        const above = stream.between(0, airHeightM)
        const rest = tableHeightAt(physics.table, goal[0]!, goal[1]!)
        goal[2] = rest + physics.objects[0]!.shape.halfSizeM[2]! + (isInAir ? above : 0)
      },
    })
  },
}
