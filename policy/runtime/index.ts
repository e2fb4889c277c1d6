/** Runs policy files: no simulator, no TensorFlow.js, no Node. */
export type { PolicyFacts, PolicyMetadata } from '../file/metadata.schema.ts'
export { type PolicyFile, readPolicyFile, writePolicyFile } from '../file/policy-file.ts'
export type { ActorParameters, ActorShape } from '../networks/actor-parameters.ts'
export { type ActorRunner, type ActorRunnerOptions, createActorRunner } from './actor-runner.ts'
export { createPolicy, type Policy } from './policy.ts'
