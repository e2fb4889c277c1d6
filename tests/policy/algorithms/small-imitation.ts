import type { ImitationConfig } from '../../../policy/algorithms/imitation.schema.ts'

/** Imitation with networks small enough for unit tests. */
export const SMALL_IMITATION: ImitationConfig = {
  version: 1,
  kind: 'imitation',
  network: { embed: 16, hidden: 16, head: 16, normClip: 6 },
  expertShare: { first: 1, last: 0, updates: 5 },
  noise: 0.2,
  chunkSteps: 8,
  epochs: 2,
  minibatches: 4,
  learningRate: { first: 1e-2, last: 3e-3, updates: 20 },
  gradientNorm: 1,
  normaliserUpdates: 10,
  averaging: 0.5,
}
