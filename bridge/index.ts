export { CodedError } from '../configs/load/coded-error.ts'
export { listConfigs, loadConfig } from '../configs/load/load.node.ts'
export { trainPolicy } from '../policy/learning/train.node.ts'
export { loadTrainConfig } from '../policy/learning/train-job.node.ts'
export type { Policy } from '../policy/runtime/policy.ts'
export { loadArmDescription } from '../robot/model/load-arm.node.ts'
export { loadReality } from '../sim/world/reality.node.ts'
export { type CreateEnvOptions, createEnv } from './create-env.ts'
export {
  runSerialDeployment,
  type SerialDeploymentOptions,
} from './deploy/serial-deployment.node.ts'
export { loadPolicy } from './load-policy.ts'
export * from './streams/index.ts'
