/** Time as an argument [s], monotonic. Real, virtual and fake clocks are all this. */
export interface Clock {
  now(): number
  /** Resolves when `now()` has reached `timeS`; rejects when `signal` aborts. */
  sleepUntil(timeS: number, signal?: AbortSignal): Promise<void>
}
