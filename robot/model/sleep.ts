import type { Clock, EventClock } from './clock.ts'

/** `sleepUntil` of a clock that schedules events: the same for real and virtual time. */
export function sleepByEvent(
  clock: EventClock,
  timeS: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      event.cancel()
      reject(signal!.reason)
    }
    const event = clock.schedule(timeS, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

export const sleepFor = (clock: Clock, durationS: number, signal?: AbortSignal): Promise<void> =>
  clock.sleepUntil(clock.now() + durationS, signal)
