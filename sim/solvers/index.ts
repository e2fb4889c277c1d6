import type { PushingParameter } from '../tasks/pushing.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { createGraspScript } from './grasp-script.ts'
import { createPushPoseScript } from './push-pose-script.ts'
import { PushScript } from './push-script.ts'
import { createReachScript } from './reach-script.ts'
import { createSlideScript } from './slide-script.ts'
import type { CreateSolver } from './solver.ts'

/** The solver of each kind of task. */
export const SOLVERS: Readonly<Record<string, CreateSolver>> = {
  lift: createGraspScript,
  'pick-place': createGraspScript,
  push: ({ spec, onArm, model }) =>
    new PushScript(spec, onArm as TaskOnArm<PushingParameter>, model.tool.tipRadiusM),
  'push-pose': createPushPoseScript,
  reach: createReachScript,
  slide: createSlideScript,
  stack: createGraspScript,
}
