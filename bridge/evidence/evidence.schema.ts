import { z } from 'zod'

const count = z.number().int().positive()

/** `configs/evidence/*.yaml`: the figures that the README reports, and how each is found again. */
export const evidenceSchema = z.strictObject({
  version: z.literal(1),
  figures: z
    .array(
      z.strictObject({
        /** What it is a figure of; unique. */
        name: z.string(),
        /** A command of sim2arm with its arguments, without --episodes and --json. */
        command: z.string(),
        episodes: count,
        /** With --quick: enough to see that it still holds roughly. */
        quickEpisodes: count,
      }),
    )
    .min(1)
    .refine((figures) => new Set(figures.map(({ name }) => name)).size === figures.length, {
      message: 'names must differ',
    }),
})

export type EvidenceConfig = z.infer<typeof evidenceSchema>
