import type { ArmModel } from '../../robot/model/arm.ts'
import type { Engine } from '../engines/engine.ts'
import type { Randomization } from '../randomization/randomization.schema.ts'
import type { CreateSolver } from '../solvers/solver.ts'
import type { TaskConfig } from '../tasks/task.schema.ts'
import type { TaskDefinition } from '../tasks/task.ts'
import type { EnvRecorder } from './env-recorder.ts'

/** What a `TaskEnv` is made of. */
export interface TaskEnvOptions {
  readonly model: ArmModel
  readonly task: TaskConfig
  readonly randomization: Randomization
  readonly engine: Engine
  /** Encoders and object sensors without error or delay: what is possible at all in the drawn physics. */
  readonly hasPerfectSensing?: boolean
  /** Instead of what the task's `kind` names. */
  readonly definition?: TaskDefinition | undefined
  readonly recorder?: EnvRecorder | undefined
  /** Who shows a student the task, one for every arm. */
  readonly createTeacher?: CreateSolver | undefined
}
