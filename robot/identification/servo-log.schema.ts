import { z } from 'zod'

const entry = z.object({
  timestamp: z.number(),
  goal_position: z.number(),
  position: z.number(),
  speed: z.number().optional(),
  torque_enable: z.boolean(),
  load: z.number().optional(),
  input_volts: z.number().optional(),
  temp: z.number().optional(),
})

/**
 * A log of one servo that moves a pendulum, as Rhoban/bam records it (JSON): [s], [rad], [rad/s], [V], [°C];
 * `load` is the duty register as it was read. Other keys are left aside.
 */
export const servoLogSchema = z.object({
  /** Of the weight, and its distance from the axis; of the bar between them, spread evenly [kg], [m]. */
  mass: z.number().positive(),
  length: z.number().positive(),
  arm_mass: z.number().nonnegative().default(0),
  /** P gain as the register has it, and what the supply is set to [V]. */
  kp: z.number().positive(),
  vin: z.number().positive(),
  motor: z.string().default('unknown'),
  trajectory: z.string().default('unknown'),
  entries: z.array(entry),
})
