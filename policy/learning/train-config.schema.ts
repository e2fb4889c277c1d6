import { z } from 'zod'

const count = z.number().int().positive()
const fraction = z.number().min(0).max(1)

/** Of automatic domain randomization; values of arXiv 1910.07113 where it gives them. */
const automatic = z
  .strictObject({
    pinnedShare: fraction.default(0.5),
    bufferEpisodes: count.default(240),
    highSuccess: fraction.default(0.7),
    lowSuccess: fraction.default(0.3),
    step: z.number().positive().default(0.05),
    // Half as far again as the rules go: much beyond, masses and rates would come to zero.
    mostWidth: z.number().positive().max(1.5).default(1),
  })
  .refine(({ lowSuccess, highSuccess }) => lowSuccess < highSuccess, {
    message: 'lowSuccess must be below highSuccess',
  })

/** Of draws that are drawn again because a policy failed in them; see `failed-draws.ts`. */
const failedDraws = z.strictObject({
  /** Share of the arms that play such a draw, at most. */
  share: z.number().min(0).max(0.9),
  /** A draw that was failed in so often is given up. */
  mostFailures: count.default(8),
})

/** `configs/train/*.yaml`: what to train, on what, for how long. Other configs are joined by name. */
export const TrainConfigSchema = z.strictObject({
  version: z.literal(1),
  task: z.string(),
  arm: z.string(),
  randomization: z.string(),
  algorithm: z.string(),
  /** Who labels what an algorithm learns by imitation, told the truth: `scripted`, or a policy. */
  expert: z.string().default('scripted'),
  /** Without errors of measurement: to train such an expert. */
  perfectSensing: z.boolean().default(false),
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
  /** Weights of the task's reward terms, instead of the task's own: `{ outside: -1 }` is the sparse reward. */
  rewards: z.record(z.string(), z.number()).optional(),
  /** Steps per sequence, instead of the algorithm's, where those do not divide the episode. */
  chunkSteps: count.exactOptional(),
  /** Goals per episode in the same physics, without resetting the recurrent state. */
  goalsPerEpisode: count,
  engine: z.strictObject({ timestepS: z.number().positive(), iterations: count }),
  /** Ends after this wall time, sessions before a resume included; 0: after one update. */
  minutes: z.number().nonnegative(),
  /** Object to goal at the end that counts as success [m]. */
  successThresholdM: z.number().positive(),
  curriculum: z.strictObject({
    /** Width of randomization at the start, 0 nominal to 1 full. */
    initialWidth: fraction,
    widthPerUpdate: fraction,
    /** The width grows while the running success is greater. */
    successGate: fraction,
    /** Shares of gravity, and of the way to the goal, at width 0; at full width both are whole. */
    gravityFrom: fraction.default(1),
    goalDistanceFrom: fraction.default(1),
    /** Instead of one width for all, bounds that move by themselves; see `sim/randomization/automatic.ts`. */
    automatic: automatic.optional(),
    failedDraws: failedDraws.optional(),
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
