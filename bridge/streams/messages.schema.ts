import { z } from 'zod'

/**
 * The ROS 2 messages that cross our streams, as rosbridge writes them in JSON. Fields we do not know are
 * left out.
 */

const uint32 = z.int().min(0).max(0xffffffff)

/** ROS 1 names the fields `secs` and `nsecs`. */
const stamp = z
  .union([z.object({ sec: z.int(), nanosec: uint32 }), z.object({ secs: z.int(), nsecs: uint32 })])
  .transform((time) => ('sec' in time ? time : { sec: time.secs, nanosec: time.nsecs }))

/** JSON has no NaN, which stands for a missing joint value: it arrives as null. */
const jointValues = z.array(
  z
    .number()
    .nullable()
    .transform((value) => value ?? Number.NaN),
)

const vector3 = z.object({ x: z.number(), y: z.number(), z: z.number() })

const quaternion = z
  .object({ x: z.number(), y: z.number(), z: z.number(), w: z.number() })
  .refine((q) => Math.abs(Math.hypot(q.x, q.y, q.z, q.w) - 1) < 0.05, 'expected a unit quaternion')

export const headerSchema = z.object({ stamp, frame_id: z.string() })

export const poseStampedSchema = z.object({
  header: headerSchema,
  pose: z.object({ position: vector3, orientation: quaternion }),
})

/** Position [rad or m], velocity and effort: as many as names, or none. */
export const jointStateSchema = z
  .object({
    header: headerSchema,
    name: z.array(z.string()),
    position: jointValues,
    velocity: jointValues.default([]),
    effort: jointValues.default([]),
  })
  .refine(
    ({ name, position, velocity, effort }) =>
      [position, velocity, effort].every(({ length }) => length === 0 || length === name.length),
    'expected as many values as names, or none',
  )

export const boolSchema = z.object({ data: z.boolean() })

export const emptySchema = z.object({})

export const stringSchema = z.object({ data: z.string() })

const transformStamped = z.object({
  header: headerSchema,
  child_frame_id: z.string(),
  transform: z.object({ translation: vector3, rotation: quaternion }),
})

const point2 = z.object({ x: z.number(), y: z.number() })

/** What an apriltag node finds in an image; where a tag is in space stands in `/tf`. */
const aprilTagDetection = z.object({
  family: z.string(),
  id: z.int(),
  hamming: z.int(),
  goodness: z.number().default(0),
  decision_margin: z.number(),
  /** Pixels. */
  centre: point2,
  corners: z.array(point2).length(4),
  homography: z.array(z.number()).length(9),
})

/** Schema of every message type we speak, by its ROS 2 name. */
export const messageSchemas = {
  'geometry_msgs/msg/PoseStamped': poseStampedSchema,
  'sensor_msgs/msg/JointState': jointStateSchema,
  'std_msgs/msg/Empty': emptySchema,
  'std_msgs/msg/Bool': boolSchema,
  'std_msgs/msg/String': stringSchema,
  'apriltag_msgs/msg/AprilTagDetectionArray': z.object({
    header: headerSchema,
    detections: z.array(aprilTagDetection),
  }),
  'tf2_msgs/msg/TFMessage': z.object({ transforms: z.array(transformStamped) }),
} as const

export type PoseStamped = z.infer<typeof poseStampedSchema>
export type JointState = z.infer<typeof jointStateSchema>
export type TransformStamped = z.infer<typeof transformStamped>
export type Bool = z.infer<typeof boolSchema>
