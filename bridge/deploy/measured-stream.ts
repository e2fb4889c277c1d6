import type { Arrivals } from '../../robot/sensors/arrival-meter.ts'
import type { ClockOffset } from '../../robot/sensors/clock-offset.ts'

/** How the messages of a sensor's stream arrived. */
export interface MeasuredStream extends Arrivals {
  /** The clock of the sender minus ours, and how far that may be off; null where it does not tell. */
  readonly clock: ClockOffset['estimate']
}

/** @param arrivals - null where hardly anything arrived: nothing can be said then */
export function measuredStream(
  arrivals: Arrivals | null,
  offset: ClockOffset | undefined,
): MeasuredStream | null {
  return arrivals && { ...arrivals, clock: offset?.estimate ?? null }
}
