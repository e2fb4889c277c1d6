import { z } from 'zod'
import { networkSchema, RIGHT_FRAMES } from '../networks/network.schema.ts'

const positive = z.number().positive()
const count = z.number().int().positive()
const fraction = z.number().min(0).max(1)

/** `configs/algorithms/*.yaml` with `kind: imitation`. */
export const ImitationSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('imitation'),
  network: networkSchema.refine(...RIGHT_FRAMES),
  /**
   * Share of the arms that the expert drives: from the first to the second value in as many updates. 1 all the
   * way is behaviour cloning, falling to 0 is DAgger: the student acts, the expert says what it should have done.
   */
  expertShare: z.strictObject({ first: fraction, last: fraction, updates: count }),
  /** Standard deviation of what is added to the actions, so that the expert shows how to get back. */
  noise: positive,
  /** Steps per sequence; divides the episode. */
  chunkSteps: count,
  epochs: count,
  minibatches: count,
  learningRate: z.strictObject({ first: positive, last: positive, updates: count }),
  gradientNorm: positive,
  /** Updates after which the normaliser stays as it is. */
  normaliserUpdates: count,
  /** Decay per update of the average of the weights that is evaluated and kept; 0: the latest. */
  averaging: z.number().min(0).lt(1),
})

export type ImitationConfig = z.infer<typeof ImitationSchema>
