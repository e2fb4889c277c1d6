import { z } from 'zod'

/** JavaScript receives no more than this whole. */
const MAX_RATE_HZ = 500

const command = z.discriminatedUnion('kind', [
  /** Set-points to a joint_trajectory_controller, each a trajectory of one point that replaces the last one. */
  z.strictObject({
    kind: z.literal('jointTrajectory'),
    controller: z.string(),
    /** When the point is to be reached; left out: one set-point period [s]. */
    horizonS: z.number().positive().optional(),
  }),
  /** The same controller through its action, which answers for each goal; fewer of them. */
  z.strictObject({
    kind: z.literal('followJointTrajectory'),
    controller: z.string(),
    goalRateHz: z.number().positive().max(50).default(10),
  }),
  /** Set-points to a forward_command_controller of positions. */
  z.strictObject({
    kind: z.literal('forwardCommand'),
    controller: z.string(),
    /** Order of its joints; left out: its parameter `joints` is asked. */
    joints: z.array(z.string()).optional(),
  }),
  /** Speeds to MoveIt Servo, in its mode of joint jog with `command_in_type: speed_units`. */
  z.strictObject({
    kind: z.literal('jointJog'),
    /** Its node. */
    controller: z.string().default('servo_node'),
    /** Speed per distance from the set-point [1/s]. */
    gainPerS: z.number().nonnegative().default(5),
  }),
])

const gripper = z.strictObject({
  kind: z.enum(['parallelGripperCommand', 'gripperCommand']),
  /** Name of the action. */
  action: z.string(),
  /** The arm's joint that it moves. */
  joint: z.string(),
  /** Position in the goal per position of the joint: 2 where a goal is the gap between two fingers. */
  scale: z.number().default(1),
  maxEffort: z.number().positive(),
})

const staleness = z.strictObject({
  /** Joint states whose stamp is older, or further ahead, are not believed [s]. */
  maxStampAgeS: z.number().positive().default(0.2),
  maxStampAheadS: z.number().positive().default(0.05),
  /** Without joint states for this long no new set-point goes out: the arm holds [s]. */
  holdS: z.number().positive().default(0.1),
  /** … and for this long the run ends [s]. */
  lostS: z.number().positive().default(1),
})

/** How an arm is reached through ROS 2: `ros` in `configs/deploy/*.yaml`. */
export const rosSchema = z.strictObject({
  node: z.string().default('sim2arm'),
  /** A topic; like the names of controllers relative to the node's namespace, unless it begins with a slash. */
  jointStates: z.string().default('joint_states'),
  /** Names of joints in ROS 2, where they are not those of the arm's file. */
  jointNames: z.record(z.string(), z.string()).default({}),
  command,
  gripper: gripper.optional(),
  staleness: staleness.prefault({}),
  /** Node that is asked whether the controller is active; empty: nobody. */
  controllerManager: z.string().default('controller_manager'),
  /** How long to wait for joint states, controllers and sensors at the start [s]. */
  waitS: z.number().positive().default(10),
  /** Rates of what the bridge itself publishes. */
  publish: z
    .strictObject({
      jointStatesHz: z.number().positive().max(MAX_RATE_HZ).default(50),
      tfHz: z.number().positive().max(MAX_RATE_HZ).default(30),
      diagnosticsHz: z.number().positive().max(10).default(1),
    })
    .prefault({}),
})

export type RosConfig = z.infer<typeof rosSchema>
