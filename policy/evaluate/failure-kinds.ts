import { isSuccess, type TaskOutcome } from '../../sim/tasks/task.ts'

/** How episodes fail, whatever the task, and what each means. Of several that fit the first counts. */
export const FAILURE_KINDS = {
  diverged: 'the simulation of the arm broke down',
  incomplete: 'at the goal, but not as success asks: turned, or not let go',
  untouched: 'what was to be moved never moved by a centimetre',
  left: 'had been at the goal, and left it again',
  near: 'ended beside the goal, within twice the distance that counts as success',
  away: 'ended farther from the goal than it began',
  late: 'was on its way when the time was up',
  short: 'came nearer and stopped on the way',
} as const

export type FailureKind = keyof typeof FAILURE_KINDS

/** What moved less never moved [m]. */
const MOVED_M = 0.01
/** What came nearer by more in the last second was on its way [m]. */
const ON_ITS_WAY_M = 0.01
const LAST_S = 1

/** What one episode was like, as far as its end needs explaining. */
export class EpisodeTrack {
  readonly #thresholdM: number
  /** Distances over the last second, the oldest under `#numSeen` modulo its length [m]. */
  readonly #recentM: Float64Array
  readonly #began = new Float64Array(3)
  #beganM = 0
  #distanceM = 0
  #movedM = 0
  #numSeen = 0
  #hasSucceeded = false
  #isMet = true

  /** @param stepS - between outcomes [s] */
  constructor(thresholdM: number, stepS: number) {
    this.#thresholdM = thresholdM
    this.#recentM = new Float64Array(Math.max(1, Math.round(LAST_S / stepS)))
  }

  begin(outcome: TaskOutcome): void {
    this.#began.set(outcome.point)
    this.#beganM = outcome.distanceM
    this.#recentM.fill(outcome.distanceM)
    this.#movedM = 0
    this.#numSeen = 0
    this.#hasSucceeded = false
    this.#see(outcome)
  }

  add(outcome: TaskOutcome): void {
    this.#recentM[this.#numSeen++ % this.#recentM.length] = this.#distanceM
    this.#see(outcome)
  }

  /** Why the episode has failed if it ended now; undefined: it has not. */
  failure(): FailureKind | undefined {
    const now = { distanceM: this.#distanceM, isMet: this.#isMet }
    if (isSuccess(now, this.#thresholdM)) return undefined
    if (!Number.isFinite(this.#distanceM)) return 'diverged'
    if (this.#distanceM < this.#thresholdM) return 'incomplete'
    if (this.#movedM < MOVED_M) return 'untouched'
    if (this.#hasSucceeded) return 'left'
    if (this.#distanceM < 2 * this.#thresholdM) return 'near'
    if (this.#distanceM > this.#beganM) return 'away'
    const beforeM = this.#recentM[this.#numSeen % this.#recentM.length]!
    return beforeM - this.#distanceM > ON_ITS_WAY_M ? 'late' : 'short'
  }

  #see({ distanceM, isMet, point }: TaskOutcome): void {
    this.#distanceM = distanceM
    this.#isMet = isMet
    if (isSuccess({ distanceM, isMet }, this.#thresholdM)) this.#hasSucceeded = true
    const dx = point[0]! - this.#began[0]!
    const dy = point[1]! - this.#began[1]!
    const dz = point[2]! - this.#began[2]!
    this.#movedM = Math.max(this.#movedM, Math.sqrt(dx * dx + dy * dy + dz * dz))
  }
}
