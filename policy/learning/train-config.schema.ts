import { z } from 'zod'

const count = z.number().int().positive()
const fraction = z.number().min(0).max(1)

/** `configs/train/*.yaml`: what to train, on what, for how long. Other configs are joined by name. */
export const TrainConfigSchema = z.strictObject({
  version: z.literal(1),
  task: z.string(),
  arm: z.string(),
  randomization: z.string(),
  algorithm: z.string(),
  seed: z.number().int().min(0),
  /** Arms over all workers. */
  numEnvs: count,
  /** Simulation worker threads; they and the learner take turns. */
  workers: count,
  /**
   * Threads that compute gradients beside the learner: each minibatch is cut into one part more than
   * this. Part of the result, as sums are rounded in that order; 0 leaves all to the learner.
   */
  gradientWorkers: z.number().int().min(0).default(1),
  /** Goals per episode in the same physics, without resetting the recurrent state. */
  goalsPerEpisode: count,
  engine: z.strictObject({ timestepS: z.number().positive(), iterations: count }),
  /** Ends after this wall time, sessions before a resume included. */
  minutes: z.number().positive(),
  /** Object to goal at the end that counts as success [m]. */
  successThresholdM: z.number().positive(),
  curriculum: z.strictObject({
    /** Width of randomization at the start, 0 nominal to 1 full. */
    initialWidth: fraction,
    widthPerUpdate: fraction,
    /** The width grows while the running success is greater. */
    successGate: fraction,
  }),
  evaluation: z.strictObject({
    everyUpdates: count,
    episodes: count,
    /** Never a training seed: fixes the held-out draws. */
    seed: z.number().int().min(0),
    width: fraction,
  }),
  checkpointEveryUpdates: count,
})

export type TrainConfig = z.infer<typeof TrainConfigSchema>
