import { z } from 'zod'
import { networkSchema, RIGHT_FRAMES } from '../networks/network.schema.ts'

const positive = z.number().positive()
const count = z.number().int().positive()
const fraction = z.number().min(0).max(1)

/** `configs/algorithms/*.yaml` with `kind: ppo`. */
export const PpoSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('ppo'),
  network: networkSchema.extend({ criticHidden: count }).refine(...RIGHT_FRAMES),
  /** Discount γ per policy step. */
  discount: fraction,
  /** λ of generalised advantage estimation. */
  traceDecay: fraction,
  /** What the end of an episode means: the task is over, or only our patience. */
  horizon: z.enum(['terminated', 'truncated']),
  /** Steps per sequence; divides the episode. */
  chunkSteps: count,
  epochs: count,
  minibatches: count,
  clip: positive,
  /** Ratio of probabilities above which a bad action counts no more (Ye et al. 2020, arXiv 1912.09729). */
  dualClip: z.number().gt(1).default(3),
  valueWeight: positive,
  /** Weight of (|mean| − meanLimit)²₊, which keeps action means off the clip. */
  meanPenalty: z.number().min(0),
  meanLimit: positive,
  /**
   * Weight of the squared error between the action mean and what the expert would do in the same state, for all the
   * training (Schmitt et al. 2018, arXiv 1803.03835): so that it does not unlearn what exploration cannot find again.
   */
  expertWeight: z.number().min(0).default(0),
  actorGradientNorm: positive,
  criticGradientNorm: positive,
  learningRate: z.strictObject({ initial: positive, min: positive, max: positive }),
  /** Updates between which the following pairs go from their first to their second value. */
  annealing: z.strictObject({ fromUpdate: count, untilUpdate: count }),
  /**
   * Log standard deviation of the exploration noise. Prescribed, not learnt: an arm that lags hides noise
   * from the reward, so that learnt noise stayed too great for precision or vanished too soon to explore.
   */
  logStd: z.tuple([z.number(), z.number()]),
  /** Divergence between acting and learnt policy per update that the learning rate aims at. */
  klTarget: z.tuple([positive, positive]),
  /** First updates, in which the critic alone learns: for an actor that can do something already. */
  criticUpdates: z.number().int().min(0).default(0),
  /** Updates after which the normalisers and the return scale stay as they are. */
  normaliserUpdates: count,
  /** Decay per update of the average of the actor's weights that is evaluated and kept; 0: the latest. */
  averaging: z.number().min(0).lt(1),
})

export type PpoConfig = z.infer<typeof PpoSchema>
