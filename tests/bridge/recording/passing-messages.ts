import type { ReadMessage } from '../../../bridge/recording/read-recording.node.ts'

/**
 * Messages as a long recording gives them: each may be looked at until the one after the next of its topic is asked for;
 * then all its numbers are NaN. Who keeps more than the latest of each topic finds nothing in it.
 */
export function passing(messages: readonly ReadMessage[]): Iterable<ReadMessage> {
  return {
    *[Symbol.iterator]() {
      const latest = new Map<string, object>()
      for (const each of messages) {
        const message = structuredClone(each.message) as object
        yield { ...each, message }
        spoil(latest.get(each.topic) ?? {})
        latest.set(each.topic, message)
      }
      for (const message of latest.values()) spoil(message)
    },
  }
}

function spoil(message: object): void {
  for (const [key, value] of Object.entries(message)) {
    if (typeof value === 'number') Object.assign(message, { [key]: Number.NaN })
    else if (typeof value === 'object' && value !== null) spoil(value)
  }
}
