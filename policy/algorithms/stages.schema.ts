import { z } from 'zod'
import { RIGHT_FRAMES, sharedActorSchema } from '../networks/network.schema.ts'
import { HindsightSchema } from './hindsight.schema.ts'
import { ImitationSchema } from './imitation.schema.ts'
import { PpoSchema } from './ppo.schema.ts'

const OneSchema = z.discriminatedUnion('kind', [PpoSchema, ImitationSchema, HindsightSchema])

/** `configs/algorithms/*.yaml` with `kind: stages`: algorithms one after the other, each from the policy of the last. */
export const StagesSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('stages'),
  /** Of every stage's actor, instead of what the stage's own config says. */
  actor: sharedActorSchema.refine(...RIGHT_FRAMES).exactOptional(),
  stages: z
    .array(
      z.strictObject({
        /** A name in `configs/algorithms`, or what such a file holds. */
        algorithm: z.union([z.string(), OneSchema]),
        /** How many it has; of the last stage they do not count. */
        updates: z.number().int().positive(),
      }),
    )
    .min(2),
})

/** `configs/algorithms/*.yaml` */
export const AlgorithmSchema = z.union([OneSchema, StagesSchema])

export type SingleConfig = z.infer<typeof OneSchema>
export type StagesConfig = z.infer<typeof StagesSchema>
export type AlgorithmConfig = z.infer<typeof AlgorithmSchema>
