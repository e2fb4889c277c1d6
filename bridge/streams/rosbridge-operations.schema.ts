import { z } from 'zod'

/**
 * What a client may ask for, rosbridge protocol 2.0 (RobotWebTools/rosbridge_suite,
 * ROSBRIDGE_PROTOCOL.md). Other fields and other operations are ignored or refused, never fatal.
 */

const id = z.union([z.string(), z.number()]).optional()
const topic = z.string().regex(/^[/~A-Za-z][\w/~]*$/, 'a topic name')

export const clientOperation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('advertise'), id, topic, type: z.string() }),
  z.object({ op: z.literal('unadvertise'), id, topic }),
  z.object({ op: z.literal('publish'), id, topic, msg: z.unknown() }),
  z.object({
    op: z.literal('subscribe'),
    id,
    topic,
    type: z.string().optional(),
    /** Least time between two messages [ms]. */
    throttle_rate: z.number().nonnegative().default(0),
    /** Messages kept while throttled, the oldest go first; 0 keeps none. */
    queue_length: z.int().nonnegative().default(0),
  }),
  z.object({ op: z.literal('unsubscribe'), id, topic }),
  z.object({
    op: z.literal('call_service'),
    id,
    service: z.string(),
    args: z.unknown().optional(),
  }),
  z.object({
    op: z.literal('set_level'),
    id,
    level: z.enum(['info', 'warning', 'error', 'none']),
  }),
])

export type ClientOperation = z.infer<typeof clientOperation>

/** What a server sends. */
export const serverOperation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('publish'), topic: z.string(), msg: z.unknown() }),
  z.object({ op: z.literal('status'), id, level: z.string(), msg: z.string() }),
  z.object({
    op: z.literal('service_response'),
    id,
    service: z.string(),
    values: z.unknown().optional(),
    result: z.boolean(),
  }),
])

export type ServerOperation = z.infer<typeof serverOperation>
