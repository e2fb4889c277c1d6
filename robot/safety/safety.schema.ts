import { z } from 'zod'

/** Limits of a deployment; part of `configs/deploy/*.yaml`. */
export const safetySchema = z.strictObject({
  /** Distance kept from the joint limits [rad]. */
  jointMarginRad: z.number().nonnegative(),
  maxJointSpeedRadPerS: z.number().positive(),
  maxJointAccelerationRadPerS2: z.number().positive(),
  /** Where the commanded tool point may be, base frame [m]. */
  workspace: z.strictObject({
    xM: z.tuple([z.number(), z.number()]),
    yM: z.tuple([z.number(), z.number()]),
    zM: z.tuple([z.number(), z.number()]),
  }),
  /** Command minus measurement beyond which the arm counts as blocked [rad], and for how long [s]. */
  trackingErrorRad: z.number().positive(),
  trackingErrorS: z.number().positive(),
  /** Age at which the object sensor is lost: hold; and how much longer until the run ends [s]. */
  sensorLostS: z.number().positive(),
  sensorEndS: z.number().positive(),
  /** Age at which joint readings are lost and the run ends [s]. */
  jointLostS: z.number().positive(),
})

export type SafetyLimits = z.infer<typeof safetySchema>
