import { CodedError } from '../../configs/load/coded-error.ts'
import type { PushingParameter } from '../tasks/pushing.ts'
import type { TaskConfig, TaskOnArm } from '../tasks/task.schema.ts'
import { createGraspScript } from './grasp-script.ts'
import { createPushPoseScript } from './push-pose-script.ts'
import { createPushPoseTeacher } from './push-pose-teacher.ts'
import { PushScript } from './push-script.ts'
import { createPushTeacher } from './push-teacher.ts'
import { createReachScript } from './reach-script.ts'
import { createSlideScript } from './slide-script.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'

/** The solver of each kind of task. */
const SOLVERS: Readonly<Record<string, CreateSolver>> = {
  lift: createGraspScript,
  'pick-place': createGraspScript,
  push: ({ spec, onArm, model }) =>
    new PushScript(spec, onArm as TaskOnArm<PushingParameter>, model),
  'push-pose': createPushPoseScript,
  reach: createReachScript,
  slide: createSlideScript,
  stack: createGraspScript,
}

/** Others teach where the solver follows plans that a student cannot see. */
const TEACHERS: typeof SOLVERS = {
  ...SOLVERS,
  push: createPushTeacher,
  'push-pose': createPushPoseTeacher,
}

/**
 * A solver for a task on an arm. Throws CONFIG_UNKNOWN_NAME for a task that nobody has scripted.
 * @param own - of a task of one's own
 */
export function createSolver(task: TaskConfig, setting: SolverSetting, own?: CreateSolver): Solver {
  return create(SOLVERS, task, setting, own)
}

/** Who shows a student the task: the solver, or one whose advice follows from what is there to be seen. */
export function createTeacher(
  task: TaskConfig,
  setting: SolverSetting,
  own?: CreateSolver,
): Solver {
  return create(TEACHERS, task, setting, own)
}

function create(
  all: Readonly<Record<string, CreateSolver>>,
  { name, kind, module }: TaskConfig,
  setting: SolverSetting,
  own?: CreateSolver,
): Solver {
  const begin = own ?? (kind === undefined ? undefined : all[kind])
  if (begin !== undefined) return begin(setting)
  throw new CodedError('CONFIG_UNKNOWN_NAME', `nobody has scripted task ${name}`, {
    hint:
      module === undefined
        ? `scripted are the kinds ${Object.keys(SOLVERS).join(', ')}`
        : `export a function \`solver\` from ${module}, or play it as random, still or a policy`,
  })
}
