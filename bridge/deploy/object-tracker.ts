import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import type { GoalSource, ObjectSource } from './sources.ts'

/** How far a stamp may lie in the future before it is rejected [s]: clocks of one machine, rounded. */
const FUTURE_TOLERANCE_S = 0.005

/**
 * The newest object pose of a stream. A stamp is the time of capture: one in the future or before the
 * newest so far is rejected and counted, and the measurement's age is counted from it.
 */
export class ObjectTracker implements ObjectSource {
  readonly rejected: Record<string, number> = { future: 0, backwards: 0, notANumber: 0 }
  private stampS = Number.NEGATIVE_INFINITY
  private xM = 0
  private yM = 0
  private isFresh = false

  /** @param nowS - the stream's time now, on the clock of the stamps [s] */
  accept(stampS: number, xM: number, yM: number, nowS: number): boolean {
    const reason = this.reasonAgainst(stampS, xM, yM, nowS)
    if (reason !== null) {
      this.rejected[reason]!++
      return false
    }
    this.stampS = stampS
    this.xM = xM
    this.yM = yM
    this.isFresh = true
    return true
  }

  /** @param timeS - on the clock of the stamps [s] */
  read(timeS: number, out: ObjectMeasurement): void {
    out.xM = this.xM
    out.yM = this.yM
    out.ageS = Math.max(0, timeS - this.stampS)
    out.isFresh = this.isFresh
    this.isFresh = false
  }

  private reasonAgainst(stampS: number, xM: number, yM: number, nowS: number): string | null {
    if (!Number.isFinite(stampS) || !Number.isFinite(xM) || !Number.isFinite(yM))
      return 'notANumber'
    if (stampS > nowS + FUTURE_TOLERANCE_S) return 'future'
    if (stampS < this.stampS) return 'backwards'
    return null
  }
}

/** The goal as last named. */
export class GoalHolder implements GoalSource {
  readonly goal = new Float64Array(2)
  version = 0
  /** Goals that were no numbers, or in a frame that is not the arm's. */
  rejected = 0

  /** The same goal again is no new goal. */
  set(xM: number, yM: number): void {
    if (!Number.isFinite(xM) || !Number.isFinite(yM)) {
      this.rejected++
      return
    }
    if (this.version > 0 && xM === this.goal[0] && yM === this.goal[1]) return
    this.goal[0] = xM
    this.goal[1] = yM
    this.version++
  }
}
