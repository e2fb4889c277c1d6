export { CodedError } from '../configs/load/coded-error.ts'
export { listConfigs, loadConfig } from '../configs/load/load.node.ts'
export { trainPolicy } from '../policy/learning/train.node.ts'
export { loadTrainConfig } from '../policy/learning/train-job.node.ts'
export type { Policy } from '../policy/runtime/policy.ts'
export { loadArmDescription } from '../robot/model/load-arm.node.ts'
export type { Env, EnvBeginning, EnvInfo, EnvStep } from '../sim/world/env.ts'
export type { EnvRecorder } from '../sim/world/env-recorder.ts'
export { loadReality } from '../sim/world/reality.node.ts'
export type { Space, SpaceTerm } from '../sim/world/space.ts'
export type { TaskEnv } from '../sim/world/task-env.ts'
export {
  type CreateEnvOptions,
  type CreateVecEnvOptions,
  createEnv,
  createVecEnv,
} from './create-env.ts'
export {
  runSerialDeployment,
  type SerialDeploymentOptions,
} from './deploy/serial-deployment.node.ts'
export { loadPolicy } from './load-policy.ts'
export * from './streams/index.ts'
