import type { TrainConfig } from '../../../policy/learning/train-config.schema.ts'

/** Training that takes a second, of `RecallEnv`. Simulated in two threads. */
export const RECALL_CONFIG: TrainConfig = {
  version: 1,
  task: 'recall',
  arm: 'none',
  randomization: 'none',
  algorithm: 'small',
  expert: 'scripted',
  perfectSensing: false,
  seed: 3,
  numEnvs: 16,
  workers: 2,
  gradientWorkers: 1,
  goalsPerEpisode: 1,
  engine: { timestepS: 0.01, iterations: 1 },
  minutes: 5,
  successThresholdM: 0.05,
  curriculum: {
    initialWidth: 0.1,
    widthPerUpdate: 0.02,
    successGate: 0.4,
    gravityFrom: 1,
    goalDistanceFrom: 1,
  },
  evaluation: { everyUpdates: 2, episodes: 16, seed: 77, width: 1 },
  checkpointEveryUpdates: 1,
}
