import { z } from 'zod'

/**
 * Operations of the rosbridge protocol 2.0 (RobotWebTools/rosbridge_suite, ROSBRIDGE_PROTOCOL.md). Other
 * fields and other operations are ignored or refused, never fatal.
 */

const id = z.union([z.string(), z.number()]).optional()
const topic = z
  .string()
  .max(256)
  .regex(/^[/~A-Za-z][\w/~]*$/, 'a topic name')
const service = z.string().max(256)
/** Least size of a fragment; smaller ones would be nearly all frame [characters]. */
const MIN_FRAGMENT = 64
const fragmentSize = z.int().min(MIN_FRAGMENT).nullish()
const compression = z.enum(['none', 'png', 'cbor', 'cbor-raw'])

const publish = z.object({ op: z.literal('publish'), id, topic, msg: z.unknown() })

const callService = z.object({
  op: z.literal('call_service'),
  id,
  service,
  args: z.unknown().optional(),
  fragment_size: fragmentSize,
  /** Compression of the answer. */
  compression: z.enum(['none', 'png']).default('none'),
  /** Longest wait for an answer [s]. */
  timeout: z.number().nullish(),
})

const serviceResponse = z.object({
  op: z.literal('service_response'),
  id,
  service,
  values: z.unknown().optional(),
  result: z.boolean(),
})

const fragment = z.object({
  op: z.literal('fragment'),
  id: z.union([z.string(), z.number()]),
  data: z.string(),
  num: z.int().min(0),
  total: z.int().min(1).max(4096),
})

/** What a client may ask for. */
export const clientOperation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('advertise'), id, topic, type: z.string() }),
  z.object({ op: z.literal('unadvertise'), id, topic }),
  publish,
  z.object({
    op: z.literal('subscribe'),
    id,
    topic,
    type: z.string().optional(),
    /** Least time between two messages [ms]. */
    throttle_rate: z.number().nonnegative().default(0),
    /** Messages kept while throttled, the oldest go first; 0 keeps none. */
    queue_length: z.int().nonnegative().default(0),
    fragment_size: fragmentSize,
    compression: compression.default('none'),
  }),
  z.object({ op: z.literal('unsubscribe'), id, topic }),
  callService,
  serviceResponse,
  z.object({ op: z.literal('advertise_service'), id, service, type: z.string().optional() }),
  z.object({ op: z.literal('unadvertise_service'), id, service }),
  z.object({
    op: z.literal('set_level'),
    id,
    level: z.enum(['info', 'warning', 'error', 'none']),
  }),
  z.object({
    op: z.literal('auth'),
    id,
    mac: z.string(),
    client: z.string(),
    dest: z.string(),
    rand: z.string(),
    /** Time of the request and end of the session, whole seconds since 1970. */
    t: z.number(),
    level: z.string(),
    end: z.number(),
  }),
  fragment,
])

export type ClientOperation = z.infer<typeof clientOperation>
export type Compression = z.infer<typeof compression>

/** What a server sends. */
export const serverOperation = z.discriminatedUnion('op', [
  publish,
  z.object({ op: z.literal('status'), id, level: z.string(), msg: z.string() }),
  serviceResponse,
  callService.omit({ compression: true, fragment_size: true, timeout: true }),
  fragment,
])

export type ServerOperation = z.infer<typeof serverOperation>
