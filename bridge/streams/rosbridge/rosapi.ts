import { stampOf } from '../../recording/ros-values.ts'
import type { MessageType } from '../messages.ts'
import { messageType, shortTypeName } from '../messages.ts'
import type { Service } from '../service-directory.ts'
import type { TopicGraph } from '../topic-graph.ts'

/**
 * Services of the rosapi node that clients of a rosbridge expect: what there is, and what time it is.
 *
 * @param epochNow - the time of the stamps, since 1970 [s]
 */
export function rosapiServices(
  graph: TopicGraph,
  serviceNames: () => readonly string[],
  epochNow: () => number,
): Record<string, Service> {
  const name = (type: MessageType) => shortTypeName(type)
  return {
    '/rosapi/topics': () => {
      const topics = graph.topics()
      return {
        topics: topics.map((each) => each.name),
        types: topics.map(({ type }) => name(type)),
      }
    },
    '/rosapi/topic_type': (args) => {
      const type = graph.typeOf(textOf(args, 'topic'))
      return { type: type === null ? '' : name(type) }
    },
    '/rosapi/topics_for_type': (args) => {
      const wanted = messageType(textOf(args, 'type'))
      const topics = graph.topics().filter(({ type }) => type === wanted)
      return { topics: topics.map((each) => each.name) }
    },
    '/rosapi/services': () => ({ services: serviceNames() }),
    [GET_TIME]: () => ({ time: stampOf(epochNow()) }),
  }
}

/** Tells the server's clock; an exchange like NTP's goes over it. */
export const GET_TIME = '/rosapi/get_time'

function textOf(args: unknown, field: string): string {
  const value = ((args ?? {}) as Record<string, unknown>)[field]
  if (typeof value !== 'string') throw new Error(`expected ${field}`)
  return value
}
