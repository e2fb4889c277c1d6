/** Time as an argument [s], monotonic. Real, virtual and fake clocks are all this. */
export interface Clock {
  now(): number
  /** Resolves when `now()` has reached `timeS`; rejects when `signal` aborts. */
  sleepUntil(timeS: number, signal?: AbortSignal): Promise<void>
}

/** A clock that also calls back: what drivers (time-outs) and emulated buses (replies) run on. */
export interface EventClock extends Clock {
  /** Calls `run` once when `now()` has reached `timeS`; equal times run in the order they were scheduled. */
  schedule(timeS: number, run: () => void): ScheduledEvent
}

export interface ScheduledEvent {
  /** Does nothing when the event has run already. */
  cancel(): void
}
