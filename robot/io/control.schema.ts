import { z } from 'zod'

/** How a place is told. */
const sight = {
  /** Its height besides x and y. */
  height: z.boolean(),
  /** Turns of the yaw that look the same: 4 for a cube, 1 for a tee; 0 leaves the yaw out. */
  yawSymmetry: z.int().min(0),
}

/**
 * How a policy drives an arm: rates and the meaning of its action. Stored whole in the policy file, so
 * that training, deployment and other people's programs decode the same numbers the same way.
 */
export const controlSchema = z.strictObject({
  policyRateHz: z.number().positive(),
  /** Set-points sent between two policy steps. */
  setpointRateHz: z.number().positive(),
  action: z.strictObject({
    kind: z.literal('tool'),
    /** Sideways travel of the commanded tip per policy step at action ±1, and the longest there is [m]. */
    stepM: z.number().positive(),
    /** Commanded height = centre + span · action, clamped to [min, max] [m]. */
    height: z.strictObject({
      centreM: z.number(),
      spanM: z.number().positive(),
      minM: z.number(),
      maxM: z.number(),
      /** Largest change per policy step [m]. */
      stepM: z.number().positive(),
      /** With `relative` the action moves the height by up to a step instead of naming it. */
      mode: z.enum(['absolute', 'relative']).optional(),
    }),
    /** Where the commanded tip may be: distance from the base axis and smallest x, in the base frame [m]. */
    workspace: z.strictObject({
      radiusMinM: z.number(),
      radiusMaxM: z.number(),
      xMinM: z.number(),
      yMaxM: z.number(),
    }),
    /** Lean of the tool from straight down, outward: maxRad · clamp((radius - start) / span, 0, limit). */
    lean: z.strictObject({
      maxRad: z.number(),
      startM: z.number(),
      spanM: z.number().positive(),
      limit: z.number().nonnegative(),
    }),
    /** A joint that the policy turns itself, by up to `stepRad` per policy step: the roll of the tool. */
    turn: z.strictObject({ joint: z.string(), stepRad: z.number().positive() }).optional(),
    /** The gripper: action 1 opens, -1 closes, at most by this share of the way per policy step. */
    gripper: z.strictObject({ stepShare: z.number().positive() }).optional(),
    /** Joints whose set-point gets nominal gravity torque / nominal stiffness added. */
    feedForwardJoints: z.array(z.string()),
    /** Slow integral correction of the set-point against a lag model of the commanded joints. */
    trim: z.strictObject({
      joints: z.array(z.string()),
      gain: z.number().nonnegative(),
      maxRad: z.number().nonnegative(),
      /** Errors above this are motion, not sag, and are not integrated [rad]. */
      maxErrorRad: z.number().positive(),
      /** First-order lag of the joints behind the command, per policy step, 0..1. */
      lagAlpha: z.number().min(0).max(1),
    }),
  }),
  /** What the policy is told of the task; absent: one object and a goal, both by x and y. */
  sees: z
    .strictObject({
      objects: z.array(z.strictObject({ name: z.string(), ...sight })),
      goal: z.strictObject(sight),
      /** Tool and goal are told as seen from the first object too, from the side of it that the tool is on. */
      fromObject: z.boolean().optional(),
    })
    .optional(),
})

export type Control = z.infer<typeof controlSchema>
export type ToolAction = Control['action']
export type Sight = NonNullable<Control['sees']>['goal']
