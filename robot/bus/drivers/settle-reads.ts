import type { Clock } from '../../model/clock.ts'

/** A read that takes longer is late: two cycles of 100 Hz [s]. */
const LATE_S = 0.02
/** A computer whose reads are late for so long is as slow as it will be [s]. */
const MAX_SETTLE_S = 5

/**
 * Reads once, and then until no read was late for `settleS`: programs that have just started are slow at first, while
 * they are compiled.
 */
export async function settleReads(
  read: () => Promise<void>,
  clock: Clock,
  settleS: number,
): Promise<void> {
  const endS = clock.now() + MAX_SETTLE_S
  let lateS = clock.now()
  do {
    const askedS = clock.now()
    await read()
    if (clock.now() - askedS > LATE_S) lateS = clock.now()
  } while (clock.now() - lateS < settleS && clock.now() < endS)
}
