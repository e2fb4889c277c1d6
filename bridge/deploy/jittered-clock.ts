import type { Clock } from '../../robot/model/clock.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import type { Reality } from '../../sim/world/reality.ts'

/** A clock that wakes its sleepers late, as a busy computer does: half-normal jitter and rare stalls. */
export function createJitteredClock(
  clock: Clock,
  host: Reality['host'],
  random: RandomStream,
): Clock {
  return {
    now: () => clock.now(),
    sleepUntil(timeS, signal) {
      const sleepS = Math.max(0, timeS - clock.now())
      const isStalled = random.uniform() < host.stallsPerS * sleepS
      const lateS = Math.abs(host.timingJitterS * random.normal()) + (isStalled ? host.stallS : 0)
      return clock.sleepUntil(timeS + lateS, signal)
    },
  }
}
