import type { ClockOffset } from '../../robot/sensors/clock-offset.ts'

/** Stamps farther off than this were not taken on this machine's clock [s]. */
const FOREIGN_CLOCK_S = 60

/**
 * How old the stamps of a stream are. They are on the epoch clock of this machine, or on that of a sender which tells
 * its time; a stamp of zero means the sender has no clock, and the time of arrival stands for it.
 */
export class StampAges {
  private readonly epochNow: () => number
  private readonly offset: ClockOffset | undefined
  /** Of a clock that is not this machine's: smallest difference to it so far [s]. */
  private foreignOffsetS = Number.POSITIVE_INFINITY

  /**
   * @param epochNow - seconds since 1970, on this machine
   * @param offset - the clock of the stamps against ours, where the sender tells its time
   */
  constructor(epochNow: () => number, offset?: ClockOffset) {
    this.epochNow = epochNow
    this.offset = offset
  }

  /** Age of a stamp just received [s]; negative: in the future. */
  ageOf(stampS: number): number {
    if (stampS === 0) return 0
    const told = this.offset?.estimate ?? null
    const age = this.epochNow() - stampS
    // One clock for both is the likelier reading of an offset that may as well be none.
    if (told !== null && Math.abs(told.offsetS) > told.uncertaintyS) {
      const theirs = age + told.offsetS
      return theirs < 0 && theirs > -told.uncertaintyS ? 0 : theirs
    }
    if (Math.abs(age) < FOREIGN_CLOCK_S) return age
    // Simulated time, or time since boot: the quickest message so far is taken to have had no delay.
    this.foreignOffsetS = Math.min(this.foreignOffsetS, age)
    return age - this.foreignOffsetS
  }
}
