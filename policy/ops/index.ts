/** Operations the learner needs fast: one kernel where the backend has it, ordinary ops elsewhere. */
export {
  type AdamOptions,
  type AdamSnapshot,
  type AdamState,
  adamStep,
  createAdamState,
  disposeAdamState,
  snapshotAdamState,
} from './adam-step/index.ts'
export { type DenseActivation, dense } from './dense/index.ts'
export { gruSequence } from './gru-sequence/index.ts'
export { type LstmSequenceResult, lstmSequence } from './lstm-sequence/index.ts'
export {
  type PpoExperience,
  type PpoLossOptions,
  type PpoLossResult,
  type PpoPrediction,
  ppoLoss,
} from './ppo-loss/index.ts'
