import { z } from 'zod'
import { controlSchema } from '../../robot/io/control.schema.ts'

const range = z.tuple([z.number(), z.number()]).refine(([a, b]) => a <= b, 'lower bound first')

const object = z.strictObject({
  name: z.string(),
  kind: z.enum(['cylinder', 'box', 'tee']),
  /** Along x, y and z [m]; see `sim/scene/object.ts`. */
  halfSizeM: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  massKg: z.number().positive(),
  frictionTable: z.number().nonnegative(),
  /** With the fingers. */
  frictionTip: z.number().nonnegative(),
})

/** A task on one arm: where, how long, with which objects and sensors. */
const onArm = z.strictObject({
  arm: z.string(),
  episodeS: z.number().positive(),
  /** Rectangle of starts and goals, base frame [m]. */
  area: z.strictObject({ xM: range, yM: range }),
  /** Where the tip may be when an episode begins, base frame [m]. */
  toolStart: z.strictObject({ xM: range, yM: range, zM: range, objectClearanceM: z.number() }),
  /** Numbers that only this kind of task knows; see its file in `sim/tasks`. */
  parameters: z.record(z.string(), z.number()),
  objects: z.array(object),
  table: z.strictObject({ heightM: z.number(), frictionTip: z.number().nonnegative() }),
  timing: z.strictObject({ commandDelayS: z.number().nonnegative() }),
  objectSensor: z.strictObject({
    rateHz: z.number().positive(),
    delayS: z.number().nonnegative(),
    noiseM: z.number().nonnegative(),
    noiseYawRad: z.number().nonnegative().default(0),
    dropDurationS: z.number().nonnegative(),
    /**
     * Where the camera is, base frame [m]: the arm hides what is behind it. Without, it looks straight down
     * and only the tip hides things.
     */
    cameraM: z.tuple([z.number(), z.number(), z.number()]).optional(),
  }),
  encoderStepRad: z.number().nonnegative(),
  control: controlSchema,
})

/** `configs/tasks/*.yaml`, or anybody's file. */
export const taskSchema = z
  .strictObject({
    version: z.literal(1),
    name: z.string(),
    /** One of `sim/tasks/index.ts`. */
    kind: z.string().optional(),
    /** Instead of a kind: a JavaScript file, relative to the YAML, that exports a `TaskDefinition`. */
    module: z.string().optional(),
    success: z.strictObject({
      /** What is judged, to the goal, at the end of the episode [m]. */
      mainThresholdM: z.number().positive(),
      thresholdsM: z.array(z.number().positive()),
      settledSpeedMPerS: z.number().positive(),
      settledWindowS: z.number().positive(),
    }),
    /**
     * Weights of the kind's named terms and of those that every task has (`common-terms.ts`); a term that is
     * not listed does not count.
     */
    rewards: z.record(z.string(), z.number()),
    arms: z.array(onArm).min(1),
  })
  .refine(({ kind, module }) => (kind === undefined) !== (module === undefined), {
    message: 'either a kind or a module',
    path: ['kind'],
  })

export type TaskConfig = z.infer<typeof taskSchema>
/** A task as it is written, before defaults are filled in. */
export type TaskInput = z.input<typeof taskSchema>
/** The task on an arm, with the numbers its kind asks for. */
export type TaskOnArm<Parameter extends string = string> = Omit<
  z.infer<typeof onArm>,
  'parameters'
> & { readonly parameters: Readonly<Record<Parameter, number>> }
