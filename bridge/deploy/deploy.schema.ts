import { z } from 'zod'
import { safetySchema } from '../../robot/safety/safety.schema.ts'
import { rosSchema } from '../ros/ros.schema.ts'

const range = z.tuple([z.number(), z.number()])

/** How an arm is run: `configs/deploy/*.yaml`. */
export const deploySchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  arm: z.string(),
  safety: safetySchema,
  softStart: z.strictObject({
    /** Largest joint speed of the slow moves before and after a run [rad/s]. */
    speedRadPerS: z.number().positive(),
    /** Where the tool goes first when it is outside `startBox`, base frame [m]. */
    tool: z.strictObject({ xM: z.number(), yM: z.number(), zM: z.number() }),
    /** Tool positions from which a policy may begin at once, base frame [m]. */
    startBox: z.strictObject({ xM: range, yM: range, zM: range }),
  }),
  /** Before a policy has the arm at full speed for the first time with a calibration. */
  firstRun: z.strictObject({
    /** For so long it acts and the arm holds [s]. */
    shadowS: z.number().nonnegative(),
    /** Then it acts for so long at this share of its speed. */
    slowS: z.number().nonnegative(),
    speedShare: z.number().positive().max(1),
  }),
  /** High up, far from every joint limit: here `record --excite` turns the joints, and a first run tries them. */
  excitation: z.strictObject({
    tool: z.strictObject({ xM: z.number(), yM: z.number(), zM: z.number() }),
    /** Of the tool, outward from straight down [rad]. */
    leanRad: z.number(),
  }),
  /** What `calibrate --touch` may have left between tip and points, root mean square [m]. */
  touchResidualM: z
    .strictObject({
      warn: z.number().positive().default(0.005),
      refuse: z.number().positive().default(0.01),
    })
    .prefault({}),
  /** How `jog` moves the arm while a key is held. */
  jog: z
    .strictObject({
      jointRadPerS: z.number().positive().default(0.5),
      toolMPerS: z.number().positive().default(0.06),
      accelerationRadPerS2: z.number().positive().default(4),
      /** A key that was not heard again for so long has been let go [s]; terminals repeat some 30 times a second. */
      deadManS: z.number().positive().max(0.5).default(0.2),
    })
    .prefault({}),
  /** `--teleop`: a hand at a leader acts instead of the policy. */
  handOver: z
    .strictObject({
      /** A joint of the leader that lay still and moved by more takes over [rad]. */
      takeRad: z.number().positive().default(0.1),
      /** A leader that lay still for so long gives back [s]. */
      backS: z.number().min(0.5).default(2),
    })
    .prefault({}),
  /** Stop topics: on each a message at least this often, or the arm is stopped [s]; left out: silence is fine. */
  emergencyStop: z.strictObject({ heartbeatS: z.number().positive().optional() }).prefault({}),
  guard: z.strictObject({
    /** Silence after which the control process is taken to hang [s]. */
    hangS: z.number().min(1),
  }),
  /** How long a sensor stream may take to connect [s]. */
  connectS: z.number().positive().default(10),
  /** How the arm is reached unless the command line says otherwise. */
  driver: z.enum(['serial', 'ros']).default('serial'),
  /** For driver `ros`. */
  ros: rosSchema.optional(),
  /** Set-up that emulates the arm where no other is named. */
  reality: z.string().default('workshop'),
  /** Frame names that mean the arm's base in messages that come in. */
  baseFrames: z.array(z.string()),
  /** Joints told by a stream (`--sensor joints=`, `gripper=`) instead of by the arm's driver. */
  jointSensor: z
    .strictObject({
      /** At the start stream and driver may differ by so much [rad]. */
      maxDifferenceRad: z.number().positive().default(0.2),
      /** A joint that is farther from where it was than it can have turned is doubted, beyond this [rad]. */
      jumpRad: z.number().positive().default(0.2),
      /**
       * Joints are taken to have gone on at their speed since they were told. Left out: unless the policy was trained with
       * their delay.
       */
      predict: z.boolean().optional(),
    })
    .prefault({}),
  /** What the object's messages mean: a sensor of configs/sensors, or a file. Plain poses without. */
  objectSensor: z.string().optional(),
})

export type DeployConfig = z.infer<typeof deploySchema>
