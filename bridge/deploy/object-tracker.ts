import type { Control } from '../../robot/io/control.schema.ts'
import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import { sightOf } from '../../robot/io/spec.ts'
import { JumpGate } from '../../robot/sensors/jump-gate.ts'
import type { GoalSource, ObjectSource } from './sources.ts'

/** Height and heading of an object, base frame [m], [rad], where they are seen. */
type Further = Pick<ObjectMeasurement, 'zM' | 'yawRad'>

const ON_THE_PLANE: Further = { zM: 0, yawRad: 0 }

/** How far a stamp may lie in the future before it is rejected [s]: clocks of one machine, rounded. */
const FUTURE_TOLERANCE_S = 0.005
/** An object is not thrown: it moves by no more than so much, and at no more than this speed [m], [m/s]. */
const JUMP_M = 0.1
const FASTEST_M_PER_S = 0.5

/**
 * The newest object pose of a stream. A stamp is the time of capture: one in the future or before the
 * newest so far is rejected and counted, and the measurement's age is counted from it. So is a pose that jumps,
 * as of something mistaken for the object, until the next one confirms it: somebody has moved the object.
 */
export class ObjectTracker implements ObjectSource {
  readonly rejected: Record<string, number> = { future: 0, backwards: 0, notANumber: 0, jump: 0 }
  /** Of the newest pose. */
  private stampS = Number.NEGATIVE_INFINITY
  private readonly place = { xM: 0, yM: 0, ...ON_THE_PLANE }
  private isFresh = false
  private readonly gate = new JumpGate(JUMP_M, FASTEST_M_PER_S, 2)

  /** @param nowS - the stream's time now, on the clock of the stamps [s] */
  accept(stampS: number, xM: number, yM: number, nowS: number, further = ON_THE_PLANE): boolean {
    const place = { xM, yM, zM: further.zM, yawRad: further.yawRad }
    const reason = this.reasonAgainst(stampS, place, nowS)
    if (reason !== null) {
      this.rejected[reason]!++
      return false
    }
    this.stampS = stampS
    Object.assign(this.place, place)
    this.isFresh = true
    return true
  }

  /** Whether a stamp is neither in the future nor before the newest. */
  takes(stampS: number, nowS: number): boolean {
    return stampS <= nowS + FUTURE_TOLERANCE_S && stampS >= this.stampS
  }

  /** @param timeS - on the clock of the stamps [s] */
  read(timeS: number, out: ObjectMeasurement): void {
    out.xM = this.place.xM
    out.yM = this.place.yM
    out.zM = this.place.zM
    out.yawRad = this.place.yawRad
    out.ageS = Math.max(0, timeS - this.stampS)
    out.isFresh = this.isFresh
    this.isFresh = false
  }

  private reasonAgainst(
    stampS: number,
    place: Further & { readonly xM: number; readonly yM: number },
    nowS: number,
  ): string | null {
    if (![stampS, ...Object.values(place)].every(Number.isFinite)) return 'notANumber'
    if (stampS > nowS + FUTURE_TOLERANCE_S) return 'future'
    if (stampS < this.stampS) return 'backwards'
    return this.gate.takes(stampS, place.xM, place.yM) ? null : 'jump'
  }
}

/** The goal as last named. */
export class GoalHolder implements GoalSource {
  readonly goal: Float64Array
  version = 0
  /** Goals that were no numbers, in a frame that nothing places, or out of reach. */
  rejected = 0

  /** @param size - 2: x and y; 3: the height too */
  constructor(size: 2 | 3 = 2) {
    this.goal = new Float64Array(size)
  }

  /** The same goal again is no new goal; a height that nobody looks at does not count. */
  set(xM: number, yM: number, zM = 0): void {
    const place = [xM, yM, zM].slice(0, this.goal.length)
    if (!place.every(Number.isFinite)) {
      this.rejected++
      return
    }
    if (this.version > 0 && place.every((value, k) => value === this.goal[k])) return
    this.goal.set(place)
    this.version++
  }
}

/** One for goals as a control is told them; without one for x and y. */
export function createGoalHolder(control?: Control): GoalHolder {
  const hasHeight = control !== undefined && sightOf(control).goal.height
  return new GoalHolder(hasHeight ? 3 : 2)
}
