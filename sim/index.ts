export { CodedError } from '../configs/load/coded-error.ts'
export { type ParseConfigOptions, parseConfig } from '../configs/load/parse-config.ts'
export { type ControlSpec, observationOffset } from '../robot/io/spec.ts'
export { type ArmDescription, armSchema } from '../robot/model/arm.schema.ts'
export { RandomStream } from '../robot/model/random.ts'
export type { ArmState, Engine, ObjectPose, Physics, Start } from './engines/engine.ts'
export { createMujocoEngine } from './engines/mujoco-engine.ts'
export { createRapierEngine } from './engines/rapier-engine.ts'
export type { Snapshot } from './engines/snapshot.ts'
export { mergeRandomizations } from './randomization/merge-randomizations.ts'
export { type Randomization, randomizationSchema } from './randomization/randomization.schema.ts'
export { restOnTable } from './scene/table.ts'
export { createSolver } from './solvers/index.ts'
export type { CreateSolver, Solver, SolverSetting } from './solvers/solver.ts'
export { writeToolMove } from './solvers/tool-command.ts'
export { distanceOf, effortOf, yawDifference } from './tasks/distances.ts'
export { ReachableArea } from './tasks/reachable-area.ts'
export { taskOnArm } from './tasks/resolve-task.ts'
export { type TaskConfig, type TaskOnArm, taskSchema } from './tasks/task.schema.ts'
export {
  createOutcome,
  type Task,
  type TaskDefinition,
  type TaskOutcome,
  type TaskSetting,
} from './tasks/task.ts'
export { createToolStart, type DrawToolStart } from './tasks/tool-start.ts'
export { createEnv, createVecEnv, type EnvParts } from './world/create-env.ts'
export {
  createTaskEnv,
  type EngineChoice,
  type EngineConfig,
  type TaskEnvConfig,
} from './world/create-task-env.ts'
export type { Env, EnvBeginning, EnvInfo, EnvStep } from './world/env.ts'
export type { EnvRecorder } from './world/env-recorder.ts'
export { createMujocoPlant, type MujocoPlant } from './world/mujoco-plant.ts'
export { drawReality, type Reality } from './world/reality.ts'
export type { Space, SpaceTerm } from './world/space.ts'
export type { TaskEnv } from './world/task-env.ts'
export type { ResetOptions, RestorableEnv, VecEnv } from './world/vec-env.ts'
