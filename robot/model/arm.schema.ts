import { z } from 'zod'
import { isInertia } from './lump-inertia.ts'

const vector3 = z.tuple([z.number(), z.number(), z.number()])

/** Placement of a child frame in its parent: translation [m], then roll-pitch-yaw [rad] as in URDF. */
export const frameSchema = z.strictObject({ xyzM: vector3, rpyRad: vector3 })

const inertial = z.strictObject({
  massKg: z.number().positive(),
  comM: vector3,
  /** ixx, iyy, izz, ixy, ixz, iyz about the centre of mass, in the link frame [kg m²]. */
  inertiaKgM2: z
    .tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])
    .refine(isInertia, 'positive moments of inertia'),
})

/** Nominal actuator, seen at the joint (after the gear). */
export const actuatorSchema = z.strictObject({
  stiffnessNmPerRad: z.number().positive(),
  dampingNmSPerRad: z.number().nonnegative(),
  coulombNm: z.number().nonnegative(),
  armatureKgM2: z.number().nonnegative(),
  stallTorqueNm: z.number().positive(),
  maxSpeedRadPerS: z.number().positive(),
  /** Ramp of the goal in the servo's firmware; absent: none. */
  maxAccelerationRadPerS2: z.number().positive().optional(),
  backlashRad: z.number().nonnegative(),
  /** Whether the arm's own controller already cancels gravity (a Panda does, a servo arm does not). */
  gravityCompensated: z.boolean(),
  /** Whether the damping is a velocity gain of the arm's own controller, and so part of the limited torque. */
  dampingControlled: z.boolean().default(false),
})

export const servoSchema = z.strictObject({
  id: z.int().min(0).max(253),
  model: z.string(),
  /** +1 when more ticks turn the joint in its positive direction. */
  sign: z.union([z.literal(1), z.literal(-1)]),
  /** Supply of this servo where it is not the bus's, such as behind a converter. */
  supplyV: z.number().positive().optional(),
  /** Registers written before torque is enabled, by the vendor's names. */
  registers: z.record(z.string(), z.int()),
})

/** What the maker lets commands ask of a joint; absent: nothing is published. */
export const commandLimitShape = {
  maxAccelerationRadPerS2: z.number().positive().optional(),
  maxJerkRadPerS3: z.number().positive().optional(),
}

const joint = z.strictObject({
  name: z.string(),
  type: z.enum(['revolute', 'prismatic']),
  parent: z.string(),
  link: z.string(),
  origin: frameSchema,
  axis: vector3,
  limits: z.strictObject({
    /** [rad] or [m]. */
    lower: z.number(),
    upper: z.number(),
    ...commandLimitShape,
  }),
  /** `arm` joints are what a tool-space policy moves; `gripper` joints are held. */
  group: z.enum(['arm', 'gripper']),
  inertial,
  actuator: actuatorSchema,
  servo: servoSchema.optional(),
  /** A joint that is geared to another: its position is multiplier · that one's + offset. */
  mimic: z
    .strictObject({ joint: z.string(), multiplier: z.number(), offset: z.number() })
    .optional(),
})

/** Primitives for drawing and collision; capsules and cylinders lie along the z axis of their frame. */
const shape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('box'),
    link: z.string(),
    frame: frameSchema,
    halfSizeM: vector3,
  }),
  z.strictObject({
    kind: z.literal('capsule'),
    link: z.string(),
    frame: frameSchema,
    radiusM: z.number(),
    lengthM: z.number(),
  }),
  z.strictObject({
    kind: z.literal('cylinder'),
    link: z.string(),
    frame: frameSchema,
    radiusM: z.number(),
    lengthM: z.number(),
  }),
  /** The convex hull of its points. */
  z.strictObject({
    kind: z.literal('hull'),
    link: z.string(),
    frame: frameSchema,
    pointsM: z.array(vector3),
  }),
])

/** What an arm's file says however its links are described. */
export const armCommonShape = {
  version: z.literal(1),
  name: z.string(),
  title: z.string(),
  /** Where the numbers come from, with revision and licence. */
  source: z.string(),
  tool: z.strictObject({
    link: z.string(),
    frame: frameSchema,
    /** Capsule that stands for the closed gripper's tip: its axis ends at the tool point. */
    tipRadiusM: z.number().positive(),
    tipLengthM: z.number().positive(),
    /** Unit vector in the tool frame that points from the wrist out through the tool point. */
    approachAxis: vector3,
  }),
  /** What takes hold of objects. */
  gripper: z
    .strictObject({
      joint: z.string(),
      /** The joint's place when it is open and closed [rad or m]. */
      open: z.number(),
      closed: z.number(),
      /** Whether one jaw stays where the tool point is; else both move away from it. */
      hasFixedJaw: z.boolean(),
      /** In the tool frame: from a fixed jaw towards the moving one, or along parallel ones. */
      opens: vector3,
      /** What touches objects: boxes fixed to a link, two links at least. */
      fingers: z
        .array(
          z.strictObject({
            link: z.string(),
            pads: z.array(z.strictObject({ frame: frameSchema, halfSizeM: vector3 })).min(1),
          }),
        )
        .min(2),
    })
    .optional(),
  /** What the viewer draws in the place of the shapes: a name in `configs/meshes`. */
  mesh: z.string().optional(),
  /** How the arm stands when every joint is at 0, for whoever holds it so. */
  zeroPose: z.string().optional(),
  /** Places of every joint by name [rad or m], within its limits; one that mimics another may be left out. */
  poses: z.strictObject({
    rest: z.record(z.string(), z.number()),
    park: z.record(z.string(), z.number()),
  }),
  /** What to do when everything else fails: hold torque, or go limp. */
  safeState: z.enum(['hold', 'release']),
  bus: z
    .strictObject({
      protocol: z.enum(['feetech', 'dynamixel']),
      baudBps: z.int().positive(),
      supplyV: z.number().positive(),
      /** How LeRobot writes such an arm's positions in datasets; grippers are always 0..100. */
      lerobot: z
        .strictObject({
          robotType: z.string(),
          /** From the middle of the calibrated range [°], or -100..100 over it. */
          units: z.enum(['degrees', 'range']),
        })
        .optional(),
    })
    .optional(),
}

/** An arm as data: `configs/arms/*.yaml`. SI units; frames as in URDF; joints in base-to-tool order. */
export const armSchema = z.strictObject({
  ...armCommonShape,
  baseLink: z.string(),
  baseInertial: inertial.optional(),
  joints: z.array(joint).min(1),
  shapes: z.array(shape),
})

export type ArmDescription = z.infer<typeof armSchema>
/** An arm as it is written, before defaults are filled in. */
export type ArmInput = z.input<typeof armSchema>
export type JointDescription = ArmDescription['joints'][number]
export type ShapeDescription = ArmDescription['shapes'][number]
