import { z } from 'zod'
import { armCommonShape, servoSchema } from './arm.schema.ts'

/** An arm that is led by hand and repeats the joints of another: `configs/leaders/*.yaml`. */
export const leaderSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  title: z.string(),
  /** Where the numbers come from, with revision. */
  source: z.string(),
  /** The arm whose joints it has. */
  arm: z.string(),
  bus: armCommonShape.bus.unwrap(),
  /** By joint name. */
  servos: z.record(z.string(), servoSchema),
})

export type LeaderDescription = z.infer<typeof leaderSchema>
