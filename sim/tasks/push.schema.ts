import { z } from 'zod'
import { controlSchema } from '../../robot/io/control.schema.ts'

const range = z.tuple([z.number(), z.number()])

/** The pushing task on one arm: where, how long, with which object and sensors, and what is rewarded. */
const pushOnArm = z.strictObject({
  arm: z.string(),
  episodeS: z.number().positive(),
  /** Rectangle of starts and goals, base frame [m]. */
  area: z.strictObject({ xM: range, yM: range }),
  /** Smallest distance from start to goal [m]. */
  startGoalDistanceM: z.number().positive(),
  /** The tip must reach a ring of this radius round start and goal [m]. */
  reachRingM: z.number().nonnegative(),
  /** Where the tip may be when an episode begins, base frame [m]. */
  toolStart: z.strictObject({ xM: range, yM: range, zM: range, objectClearanceM: z.number() }),
  /** Height of the tip while pushing [m]. */
  pushHeightM: z.number(),
  /** Height of the tip that passes over the object [m]. */
  clearHeightM: z.number(),
  object: z.strictObject({
    massKg: z.number().positive(),
    radiusM: z.number().positive(),
    halfHeightM: z.number().positive(),
    frictionTable: z.number().nonnegative(),
    frictionTip: z.number().nonnegative(),
  }),
  table: z.strictObject({ heightM: z.number(), frictionTip: z.number().nonnegative() }),
  timing: z.strictObject({ commandDelayS: z.number().nonnegative() }),
  objectSensor: z.strictObject({
    rateHz: z.number().positive(),
    delayS: z.number().nonnegative(),
    noiseM: z.number().nonnegative(),
    dropDurationS: z.number().nonnegative(),
  }),
  encoderStepRad: z.number().nonnegative(),
  control: controlSchema,
})

export const pushTaskSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  success: z.strictObject({
    /** Object centre to goal at the end of the episode [m]. */
    mainThresholdM: z.number().positive(),
    thresholdsM: z.array(z.number().positive()),
    settledSpeedMPerS: z.number().positive(),
    settledWindowS: z.number().positive(),
  }),
  /** Weights of the named terms of `push-rewards.ts`. */
  rewards: z.strictObject({
    progress: z.number(),
    approach: z.number(),
    inside: z.number(),
    precision: z.number(),
    effort: z.number(),
    success: z.number(),
  }),
  arms: z.array(pushOnArm).min(1),
})

export type PushTask = z.infer<typeof pushTaskSchema>
export type PushOnArm = z.infer<typeof pushOnArm>
