import { z } from 'zod'

/**
 * JSON operations of the Foxglove WebSocket protocol v1 (foxglove/ws-protocol, docs/spec.md), as far as we serve
 * and use them.
 */

const uint32 = z.int().min(0).max(0xffffffff)

/** What a client may ask for. Others are answered with a status. */
export const clientOperation = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('subscribe'),
    subscriptions: z.array(z.object({ id: uint32, channelId: uint32 })).max(1000),
  }),
  z.object({ op: z.literal('unsubscribe'), subscriptionIds: z.array(uint32).max(1000) }),
  z.object({
    op: z.literal('advertise'),
    channels: z
      .array(
        z.object({
          id: uint32,
          topic: z.string(),
          encoding: z.enum(['cdr', 'json']),
          schemaName: z.string(),
        }),
      )
      .max(100),
  }),
  z.object({ op: z.literal('unadvertise'), channelIds: z.array(uint32).max(1000) }),
  /** Of foxglove.sdk.v1: who it is. */
  z.object({ op: z.literal('clientInfo') }),
])

/** A stream of messages of one topic, as a server offers it. */
const channel = z.object({
  id: uint32,
  topic: z.string(),
  encoding: z.string(),
  schemaName: z.string(),
  schema: z.string(),
  schemaEncoding: z.string().optional(),
})

/** What a server says in JSON; messages come in binary. */
export const serverOperation = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('serverInfo'),
    name: z.string(),
    capabilities: z.array(z.string()),
    supportedEncodings: z.array(z.string()).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    sessionId: z.string().optional(),
  }),
  z.object({ op: z.literal('advertise'), channels: z.array(channel) }),
  z.object({ op: z.literal('unadvertise'), channelIds: z.array(uint32) }),
  z.object({ op: z.literal('status'), level: z.int(), message: z.string() }),
])

export type ClientOperation = z.infer<typeof clientOperation>
export type ServerOperation = z.infer<typeof serverOperation>
export type Channel = z.infer<typeof channel>
