import type { PpoConfig } from '../../../policy/algorithms/ppo.schema.ts'

/** PPO with networks small enough for unit tests. */
export const SMALL_PPO: PpoConfig = {
  version: 1,
  kind: 'ppo',
  network: {
    embed: 16,
    hidden: 16,
    head: 16,
    criticHidden: 32,
    normClip: 6,
  },
  discount: 0.98,
  traceDecay: 0.95,
  horizon: 'terminated',
  chunkSteps: 8,
  epochs: 4,
  minibatches: 4,
  clip: 0.2,
  valueWeight: 0.5,
  meanPenalty: 0.05,
  meanLimit: 1.2,
  actorGradientNorm: 0.5,
  criticGradientNorm: 1,
  learningRate: { initial: 5e-3, min: 1e-5, max: 1e-2 },
  annealing: { fromUpdate: 1, untilUpdate: 40 },
  logStd: [-0.5, -1.2],
  klTarget: [0.03, 0.03],
  normaliserUpdates: 150,
  averaging: 0.97,
  criticUpdates: 0,
  expertWeight: 0,
}
