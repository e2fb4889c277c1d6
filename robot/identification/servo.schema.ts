import { z } from 'zod'
import { SERVO_MODEL_NAMES, type ServoModelName } from './servo-models.ts'
import { SERVO_PARAMETER_NAMES, type ServoParameterName } from './servo-parameters.ts'

const parameterName = z.enum(SERVO_PARAMETER_NAMES as [ServoParameterName, ...ServoParameterName[]])
const modelName = z.enum(SERVO_MODEL_NAMES as [ServoModelName, ...ServoModelName[]])

const prior = z.union([
  /** Cannot be negative: one standard deviation is a factor. */
  z.strictObject({ around: z.number().positive(), factor: z.number().gt(1) }),
  /** One standard deviation is a difference. */
  z.strictObject({ around: z.number(), spread: z.number().positive() }),
])

const firmware = z.strictObject({
  /** Duty per radian of error and unit of the P gain's register. */
  dutyPerRad: z.number().positive(),
  maxDuty: z.number().positive().max(1),
  /** What the register of the present duty reads at full duty; for checking the law against a log. */
  dutyRegister: z.number().positive().optional(),
  /** Whether the voltage register, averaged, is the supply's mean: else it says nothing about its sag. */
  hasMeanVoltage: z.boolean().default(false),
})

const fitted = z.strictObject({
  model: modelName,
  /** Best value, and the interval it lies in with 95 % by what the logs and the priors say. */
  parameters: z.partialRecord(
    parameterName,
    z.strictObject({ value: z.number(), low: z.number(), high: z.number() }),
  ),
  /** Mean absolute error of open-loop simulations [rad], of the fit and of logs that were left out. */
  trainMaeRad: z.number().nonnegative(),
  logOutMaeRad: z.number().nonnegative().optional(),
  gainOutMaeRad: z.number().nonnegative().optional(),
  logs: z.array(z.string()),
})

/**
 * A servo: what its firmware does, what is known of it before any log, and what a fit found. One file per
 * servo, `configs/servos/*.yaml`, or anybody's. See `servo-parameters.ts` for names and units.
 */
export const servoSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  title: z.string(),
  /** Where the numbers come from. */
  source: z.string(),
  firmware,
  /** Values that no fit changes. */
  known: z.partialRecord(parameterName, z.number()).default({}),
  priors: z.partialRecord(parameterName, prior),
  fit: fitted.optional(),
})

export type ServoDescription = z.infer<typeof servoSchema>
export type ServoFitted = z.infer<typeof fitted>
