import { z } from 'zod'

/** Limits of a deployment; part of `configs/deploy/*.yaml`. */
export const safetySchema = z.strictObject({
  /** Distance kept from the joint limits [rad]. */
  jointMarginRad: z.number().nonnegative(),
  maxJointSpeedRadPerS: z.number().positive(),
  maxJointAccelerationRadPerS2: z.number().positive(),
  maxJointJerkRadPerS3: z.number().positive(),
  /** Torque that a servo may be asked for, as a share of its full one; also written into the servo. */
  maxTorqueShare: z.number().positive().max(1),
  /** Where the commanded tool point may be, base frame [m]. */
  workspace: z.strictObject({
    xM: z.tuple([z.number(), z.number()]),
    yM: z.tuple([z.number(), z.number()]),
    zM: z.tuple([z.number(), z.number()]),
  }),
  /** How close the arm's links may come to each other and to the table, now and a while ahead. */
  clearance: z.strictObject({
    marginM: z.number().nonnegative(),
    /** In the base frame [m]. */
    tableHeightM: z.number(),
    lookAheadS: z.number().nonnegative(),
  }),
  /** Command minus measurement beyond which the arm counts as blocked [rad], and for how long [s]. */
  trackingErrorRad: z.number().positive(),
  trackingErrorS: z.number().positive(),
  /** A joint that pushes with so much of its stall torque and does not move for so long is stalled. */
  stall: z.strictObject({
    load: z.number().positive(),
    speedRadPerS: z.number().positive(),
    durationS: z.number().positive(),
  }),
  /** Giving in to what is in the way. */
  yield: z.strictObject({
    /** Torque that is left, as a share of the full one; a joint keeps what it needs against gravity. */
    torqueShare: z.number().positive().max(1),
    durationS: z.number().positive(),
    /** Yielding more often in one run ends it. */
    maxTimes: z.int().nonnegative(),
  }),
  servoHeat: z.strictObject({
    maxTemperatureC: z.number().positive(),
    /** Running mean of the load, and its time constant. */
    maxLoad: z.number().positive(),
    loadS: z.number().positive(),
  }),
  /** Range of the servos' supply, and how long it may be left. */
  supplyV: z.tuple([z.number().nonnegative(), z.number().positive()]),
  supplyS: z.number().nonnegative(),
  /** Age at which the object sensor is lost: hold; and how much longer until the run ends [s]. */
  sensorLostS: z.number().positive(),
  sensorEndS: z.number().positive(),
  /**
   * A gripper covers what it holds: an object that was seen last within so much of the tool, from above, may stay
   * unseen for so much longer [m], [s].
   */
  handCovers: z
    .strictObject({
      withinM: z.number().nonnegative().default(0.08),
      coversS: z.number().nonnegative().default(15),
    })
    .prefault({}),
  /** Age at which joint readings are lost and the run ends [s]. */
  jointLostS: z.number().positive(),
})

export type SafetyLimits = z.infer<typeof safetySchema>
