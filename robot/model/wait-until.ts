import type { Clock } from './clock.ts'

/** How often it is looked [s]. */
const POLL_S = 0.05

export interface WaitOptions {
  readonly clock: Clock
  readonly timeoutS: number
  readonly signal: AbortSignal | undefined
  readonly failure: () => Error
}

/** Resolves once `isThere`; rejects with `failure()` after `timeoutS`, or with the signal's reason. */
export async function waitUntil(isThere: () => boolean, options: WaitOptions): Promise<void> {
  const { clock, failure, signal, timeoutS } = options
  const endS = clock.now() + timeoutS
  while (!isThere()) {
    signal?.throwIfAborted()
    if (clock.now() >= endS) throw failure()
    await clock.sleepUntil(clock.now() + POLL_S, signal)
  }
}
