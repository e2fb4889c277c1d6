import { z } from 'zod'

const place = { xM: z.number(), yM: z.number() }

/** A printed sheet on the table: `configs/sheets/*.yaml`. Places in its own frame, on paper [m]. */
export const tableSheetSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  title: z.string(),
  paper: z.strictObject({ depthM: z.number().positive(), widthM: z.number().positive() }),
  /** AprilTags of the family 36h11 (its first 24), upright for who looks from the arm. */
  tags: z.strictObject({
    sizeM: z.number().positive(),
    placed: z.array(z.strictObject({ id: z.int().min(0).max(23), ...place })),
  }),
  touchPoints: z.array(z.strictObject({ name: z.string(), ...place })).min(6),
  /** Where its origin lies in the base frame of an arm, its axes along the base's. */
  placements: z.array(
    z.strictObject({
      arm: z.string(),
      ...place,
      uncertaintyM: z.number().positive(),
      uncertaintyRad: z.number().positive(),
    }),
  ),
})

export type TableSheet = z.infer<typeof tableSheetSchema>
export type SheetPlacement = TableSheet['placements'][number]
