import { z } from 'zod'

const positive = z.number().positive()
const count = z.number().int().positive()
const fraction = z.number().min(0).max(1)

/** `configs/algorithms/*.yaml` with `kind: ppo`. */
export const PpoSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('ppo'),
  network: z.strictObject({
    embed: count,
    hidden: count,
    head: count,
    criticHidden: count,
    /** Normalised inputs are clipped to ± this. */
    normClip: positive,
    initialLogStd: z.number(),
    minLogStd: z.number(),
    maxLogStd: z.number(),
  }),
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
  valueWeight: positive,
  /** Weight of (|mean| − meanLimit)²₊, which keeps action means off the clip. */
  meanPenalty: z.number().min(0),
  meanLimit: positive,
  actorGradientNorm: positive,
  criticGradientNorm: positive,
  learningRate: z.strictObject({ initial: positive, min: positive, max: positive }),
  /** Divergence between acting and learnt policy per update that the learning rate aims at. */
  klTarget: positive,
  /**
   * Lowers two limits in straight lines, from `network.maxLogStd` and `klTarget` to these. An arm that lags
   * hides exploration noise from the reward, and a policy that may keep it never learns precision.
   */
  annealing: z
    .strictObject({
      fromUpdate: count,
      untilUpdate: count,
      maxLogStd: z.number(),
      klTarget: positive,
    })
    .optional(),
  /** Updates after which the normalisers and the return scale stay as they are. */
  normaliserUpdates: count,
})

export type PpoConfig = z.infer<typeof PpoSchema>
