import { z } from 'zod'
import { actuatorSchema, armCommonShape, commandLimitShape, servoSchema } from '../arm.schema.ts'

/** Without defaults, which would hide what the joint or the URDF says. */
const someActuator = actuatorSchema.extend({ dampingControlled: z.boolean() }).partial()

/**
 * An arm whose kinematics and inertia are a URDF's: `configs/arms/*.yaml` with `urdf`. Says what a URDF does
 * not: actuators, servos, the tool point, poses. Actuator values that are missing here come from the URDF's
 * `limit` (effort, velocity) and `dynamics` (damping, friction).
 */
export const urdfArmSchema = z.strictObject({
  ...armCommonShape,
  /** Path from this file, or `package://name/path`. */
  urdf: z.string(),
  /** Folders of the packages that `package://` names, from this file. */
  packages: z.record(z.string(), z.string()).default({}),
  /** Of every joint that does not say otherwise. */
  actuator: someActuator.default({}),
  /** By joint name; a joint that is not here is part of the arm, one that mimics another is part of the gripper. */
  joints: z
    .record(
      z.string(),
      z.strictObject({
        group: z.enum(['arm', 'gripper']).optional(),
        actuator: someActuator.optional(),
        servo: servoSchema.optional(),
        /** Beside those of the URDF, which knows no accelerations. */
        limits: z.strictObject(commandLimitShape).optional(),
      }),
    )
    .default({}),
})

export type SomeActuator = z.infer<typeof someActuator>
export type UrdfArmDescription = z.infer<typeof urdfArmSchema>
