import { z } from 'zod'

const vector3 = z.tuple([z.number(), z.number(), z.number()])

const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low <= high, 'lower bound first')
const positiveRange = range.refine(([low]) => low >= 0, 'expected no number below zero')

const place = z.strictObject({
  positionM: vector3,
  /** Roll, pitch, yaw about the fixed axes, as in URDF. */
  rpyRad: vector3.default([0, 0, 0]),
})

/**
 * An object sensor: what its messages mean, and how it behaves. Deployment reads the first, training simulates the
 * second: `configs/sensors/*.yaml`, or anybody's file.
 */
export const sensorSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** What it is, and where the figures come from. */
  source: z.string(),
  message: z
    .union([
      /** geometry_msgs/PoseStamped of the object. */
      z.strictObject({ kind: z.literal('pose') }),
      /** apriltag_msgs/AprilTagDetectionArray, with the tag's transform in /tf. */
      z.strictObject({
        kind: z.literal('tags'),
        family: z.string().default('36h11'),
        id: z.int().nonnegative(),
        /** The tag's child frame in /tf. */
        frame: z.string(),
        /** Detections below are left out, and those with more wrong bits. */
        minDecisionMargin: z.number().default(0),
        maxHamming: z.int().nonnegative().default(0),
      }),
    ])
    .default({ kind: 'pose' }),
  /** The object in the frame of what is measured, a tag on its top say. */
  objectInMarker: place.prefault({ positionM: [0, 0, 0] }),
  /** Frames of messages and where they stand in the arm's base. */
  frames: z.record(z.string(), place).default({}),
  /** For camera: where the printed sheet lies in the arm's base, and the object's tag. */
  camera: z
    .strictObject({
      sheet: z
        .strictObject({ xM: z.number(), yM: z.number(), yawRad: z.number().default(0) })
        .default({ xM: 0.25, yM: 0, yawRad: 0 }),
      /** Not one of the sheet's, 1 to 4. */
      tagId: z
        .int()
        .min(0)
        .max(586)
        .refine((id) => id < 1 || id > 4, 'expected no tag of the sheet')
        .default(0),
      /** Height of the tag over the table; left out: that of the task's object. */
      topM: z.number().nonnegative().optional(),
    })
    .optional(),
  /** Throws away what cannot be, and foresees the present place from the last ones. */
  filter: z
    .strictObject({
      noiseM: z.number().positive(),
      accelerationMPerS2: z.number().positive(),
      maxOutliers: z.int().nonnegative().default(4),
      /** For controllers that do not look at the age of a measurement: trained policies do. */
      predict: z.boolean().default(false),
    })
    .optional(),
  /** How it behaves; of what is left out training assumes what it does without a sensor. */
  rateHz: positiveRange,
  /** From capture to arrival. */
  delayS: positiveRange,
  /** Share of the delay by which single messages vary. */
  delayJitter: positiveRange.optional(),
  noiseM: positiveRange.optional(),
  biasM: range.optional(),
  noiseYawRad: positiveRange.optional(),
  biasYawRad: range.optional(),
  dropsPerS: positiveRange.optional(),
  /** Half the thickness of what hides the object. */
  occlusionRadiusM: positiveRange.optional(),
  /** Of joints that a stream tells beside it, from their motion to arrival; their own driver tells them at once. */
  jointDelayS: positiveRange.optional(),
})

export type SensorDescription = z.infer<typeof sensorSchema>
export type SensorPlace = z.infer<typeof place>
