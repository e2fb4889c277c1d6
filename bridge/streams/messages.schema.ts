import { z } from 'zod'

/** The ROS 2 messages that cross our streams, as rosbridge writes them in JSON. Unknown fields are let through. */

const stamp = z.object({ sec: z.number(), nanosec: z.number() })

export const headerSchema = z.object({ stamp, frame_id: z.string() })

export const poseStampedSchema = z.object({
  header: headerSchema,
  pose: z.object({
    position: z.object({ x: z.number(), y: z.number(), z: z.number() }),
    orientation: z.object({ x: z.number(), y: z.number(), z: z.number(), w: z.number() }),
  }),
})

export const jointStateSchema = z.object({
  header: headerSchema,
  name: z.array(z.string()),
  position: z.array(z.number()),
  velocity: z.array(z.number()),
  effort: z.array(z.number()),
})

export const boolSchema = z.object({ data: z.boolean() })

export const emptySchema = z.object({})

/** Schema of every message type we speak, by its ROS 2 name. */
export const messageSchemas = {
  'geometry_msgs/msg/PoseStamped': poseStampedSchema,
  'sensor_msgs/msg/JointState': jointStateSchema,
  'std_msgs/msg/Empty': emptySchema,
  'std_msgs/msg/Bool': boolSchema,
} as const

export type PoseStamped = z.infer<typeof poseStampedSchema>
export type JointState = z.infer<typeof jointStateSchema>
export type Bool = z.infer<typeof boolSchema>
