import { createObjectState } from '../engines/engine.ts'
import { restOnTable } from '../scene/table.ts'
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
    const resting = createObjectState()
    return prepareGrasping(setting, {
      isStacking: false,
      drawGoal(_stream, objects, physics, _area, goal) {
        // Above the table, not above an object that hangs in the hand since the goal before.
        const { position } = objects[0]!
        const halfHeightM = physics.objects[0]!.shape.halfSizeM[2]!
        restOnTable(physics.table, halfHeightM, position[0]!, position[1]!, 0, resting)
        goal.set(resting.position)
        goal[2] = goal[2]! + liftHeightM
      },
    })
  },
}
