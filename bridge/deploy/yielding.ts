import type { Clock } from '../../robot/model/clock.ts'
import type { SafetyLimits } from '../../robot/safety/safety.schema.ts'
import { stoppedBy } from './stop-errors.ts'

/** How often and until when an arm has given in to what was in its way. */
export class Yielding {
  private readonly limits: SafetyLimits['yield']
  private readonly clock: Clock
  private count = 0
  /** When the arm takes up its work again [s]; NaN: it has not given in. */
  private untilS = Number.NaN

  constructor(limits: SafetyLimits['yield'], clock: Clock) {
    this.limits = limits
    this.clock = clock
  }

  /** Whether what is in the way still gets time to leave. */
  get isOn(): boolean {
    return this.clock.now() < this.untilS
  }

  /** Whether it has given in and not yet gone on. */
  get isUnderWay(): boolean {
    return !Number.isNaN(this.untilS)
  }

  /** The arm has given in to a rule. Throws ROBOT_SAFETY_STOP when that was once too often. */
  begin(rule: string): void {
    if (++this.count > this.limits.maxTimes) throw stoppedBy(rule)
    this.untilS = this.clock.now() + this.limits.durationS
  }

  /** The arm goes on; whether it had given in. */
  end(): boolean {
    const had = !Number.isNaN(this.untilS)
    this.untilS = Number.NaN
    return had
  }
}
