import type { EventClock } from '../../robot/model/clock.ts'
import { plainArrays } from '../recording/plain-arrays.ts'
import { secondsOf, stampOf } from '../recording/ros-values.ts'
import { decodeMessage, type Message, type MessageType } from './messages.ts'
import type { Subscription } from './stream.ts'

/** A message of a recording: when it was recorded, since 1970 [s], and what it says. */
export interface ReplayedMessage {
  readonly topic: string
  readonly epochS: number
  readonly message: unknown
}

/**
 * Topics of a recording, played from the first subscription on at the times at which they were recorded. Stamps are
 * moved along, so that a measurement is as old as it was.
 */
export class ReplayStream {
  /** Messages that were not of the type that was asked for. */
  numMalformed = 0
  #reason = ''
  readonly #messages: readonly ReplayedMessage[]
  readonly #clock: EventClock
  readonly #epochNow: () => number
  readonly #pending = new Set<() => void>()
  #began: { readonly timeS: number; readonly epochS: number } | undefined

  /**
   * @param messages - in order of time
   * @param epochNow - seconds since 1970, as the listener counts them
   */
  constructor(messages: readonly ReplayedMessage[], clock: EventClock, epochNow: () => number) {
    this.#messages = messages
    this.#clock = clock
    this.#epochNow = epochNow
  }

  /** What came and was no such message; undefined: nothing. */
  get trouble(): string | undefined {
    return this.numMalformed === 0 ? undefined : this.#reason
  }

  subscribe<T extends MessageType>(
    topic: string,
    type: T,
    onMessage: (message: Message<T>) => void,
  ): Subscription {
    this.#began ??= { timeS: this.#clock.now(), epochS: this.#epochNow() }
    const began = this.#began
    const firstS = this.#messages[0]?.epochS ?? 0
    const own = this.#messages.filter((each) => each.topic === topic)
    const schedule = (index: number) => {
      const next = own[index]
      if (next === undefined) return undefined
      return this.#clock.schedule(began.timeS + next.epochS - firstS, () => {
        pending = schedule(index + 1)
        const moved = restamped(plainArrays(next.message), began.epochS - firstS)
        const decoded = decodeMessage(type, moved)
        if (decoded.kind === 'malformed') {
          this.numMalformed++
          this.#reason = `${topic} is no ${type}: ${decoded.reason}`
        } else onMessage(decoded.message)
      })
    }
    let pending = schedule(0)
    const stop = () => {
      pending?.cancel()
      this.#pending.delete(stop)
    }
    this.#pending.add(stop)
    return { close: stop }
  }

  /** Ends all that is played. */
  close(): void {
    for (const stop of this.#pending) stop()
  }
}

/** A message with its stamps `shiftS` later; a stamp of zero stays: it says that there is none. */
function restamped(message: unknown, shiftS: number): unknown {
  if (Array.isArray(message)) return message.map((each) => restamped(each, shiftS))
  if (typeof message !== 'object' || message === null) return message
  const moved = Object.entries(message).map(([key, value]) => {
    if (key !== 'stamp') return [key, restamped(value, shiftS)]
    const stampS = secondsOf(value as Parameters<typeof secondsOf>[0])
    return [key, stampS === 0 ? value : stampOf(stampS + shiftS)]
  })
  return Object.fromEntries(moved)
}
