import type { EventClock, ScheduledEvent } from '../../robot/model/clock.ts'
import type { ClockOffset } from '../../robot/sensors/clock-offset.ts'
import type { Subscription } from './stream.ts'

/** Quick at first, then to follow the drift of two clocks; and how long to wait where nobody tells the time [s]. */
const FIRST_PERIOD_S = 0.1
const NUM_FIRST = 8
const PERIOD_S = 2
const RETRY_S = 15
const TIMEOUT_S = 1

export interface ClockExchangeOptions {
  readonly clock: EventClock
  /** Seconds since 1970 here. */
  readonly epochNow: () => number
  /** Asks the other machine for its time, since 1970 [s]; rejects when it does not tell. */
  readonly ask: (timeoutS: number) => Promise<number>
  readonly offset: ClockOffset
}

/** Asks a machine for its time again and again, and keeps the offset of its clock. */
export function startClockExchange(options: ClockExchangeOptions): Subscription {
  const { ask, clock, epochNow, offset } = options
  let isClosed = false
  let numAsked = 0
  let next: ScheduledEvent | undefined
  const again = (inS: number) => {
    if (!isClosed) next = clock.schedule(clock.now() + inS, exchange)
  }
  const exchange = () => {
    const sentS = epochNow()
    ask(TIMEOUT_S).then(
      (theirsS) => {
        // Read and answered at one time, as far as the answer says.
        offset.add(sentS, theirsS, theirsS, epochNow())
        again(++numAsked < NUM_FIRST ? FIRST_PERIOD_S : PERIOD_S)
      },
      () => again(RETRY_S),
    )
  }
  exchange()
  return {
    close() {
      isClosed = true
      next?.cancel()
    },
  }
}
