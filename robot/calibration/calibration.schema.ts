import { z } from 'zod'

/** 256 turns either way: the most that a multi-turn servo counts. */
const MOST_TICKS = 1_048_575
const ticks = z.int().min(-MOST_TICKS).max(MOST_TICKS)

/** Of one joint's servo. */
export const jointCalibrationSchema = z.strictObject({
  /** Position register at joint angle 0 (URDF) [step]. */
  zeroTicks: ticks,
  /** Range that was swept by hand [step]. */
  minTicks: ticks,
  maxTicks: ticks,
  /** +1 when more ticks turn the joint in its positive direction. */
  sign: z.union([z.literal(1), z.literal(-1)]),
  /** `Homing_Offset` in the servo when this was measured; the driver refuses another one. */
  homingOffsetTicks: ticks.optional(),
  /** `Drive_Mode` in a Dynamixel servo when this was measured; the driver refuses another direction. */
  driveMode: z.int().min(0).max(255).optional(),
  /** Torque that this joint may use, as a share of its servo's; left out: all of it. */
  maxTorqueShare: z.number().positive().max(1).optional(),
  /** How far off the zero may be [rad]. */
  uncertaintyRad: z.number().nonnegative(),
})

/** Our calibration file, one per arm on the table: what its servos read at which joint angle. */
export const calibrationSchema = z.strictObject({
  version: z.literal(1),
  arm: z.string(),
  /** ISO 8601. */
  measuredAt: z.string(),
  /** How, in words: held by hand, touched the table, end stops. */
  method: z.string(),
  /** Of the tip from printed points after the fit of `calibrate --touch`, root mean square [m]. */
  residualM: z.number().nonnegative().optional(),
  joints: z.record(z.string(), jointCalibrationSchema),
})

/** LeRobot's calibration JSON (huggingface/lerobot @7427f31), by joint name. */
export const lerobotCalibrationSchema = z.record(
  z.string(),
  z.strictObject({
    id: z.int(),
    drive_mode: z.int(),
    homing_offset: z.int(),
    range_min: z.int(),
    range_max: z.int(),
  }),
)

export type CalibrationFile = z.infer<typeof calibrationSchema>
export type JointCalibration = CalibrationFile['joints'][string]
export type LerobotCalibration = z.infer<typeof lerobotCalibrationSchema>
