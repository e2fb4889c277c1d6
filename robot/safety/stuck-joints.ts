import type { SafetyContext, SafetyRule } from './safety-rule.ts'

/** By then a servo that is told to go elsewhere has begun to move: an SO-101 follows within 4 to 5 frames of 1/30 s [s]. */
const LATENCY_S = 0.15
/** Cycles that are remembered at most: the latency of a loop that runs 250 times a second. */
const MAX_CYCLES = 40
/** A joint that moved less than this meanwhile stands still; a gear that is jammed has its play left [rad]. */
const STILL_RAD = 0.04
/** So far from its commands, as a share of what counts as blocked, a joint does not follow: no sag is as much. */
const STUCK_SHARE = 0.5

/**
 * Rules about the whole arm, for the pose that it takes when joints do not follow: a joint that stands still, far
 * from all that it was told for longer than servos are late, stands where it is measured, the others where they are
 * commanded. So a jammed elbow lets no shoulder carry the tool into the table. What stuck joints are told is left as
 * it is.
 *
 * @param maxErrorRad - beyond which distance a joint is blocked [numJoints], [rad]
 * @param rules - draw commands back towards the previous one
 */
export function createStuckJointsRule(
  maxErrorRad: ArrayLike<number>,
  rules: readonly SafetyRule[],
): SafetyRule {
  const n = maxErrorRad.length
  const told = new RecentRange(n)
  const measured = new RecentRange(n)
  const standing = new Float64Array(n)
  const previous = new Float64Array(n)
  /** How far a joint that stands still is from what it was told [rad]; 0 when it moves. */
  const behind = (i: number): number => {
    if (!(measured.high[i]! - measured.low[i]! < STILL_RAD)) return 0
    return Math.max(told.low[i]! - measured.high[i]!, measured.low[i]! - told.high[i]!)
  }
  return {
    name: 'stuckJoints',
    apply(command, context) {
      told.add(context.previousCommand, context.dtS)
      measured.add(context.measuredQ, context.dtS)
      standing.set(command)
      previous.set(context.previousCommand)
      let isStuck = false
      for (let i = 0; i < n; i++) {
        if (!(behind(i) > STUCK_SHARE * maxErrorRad[i]!)) continue
        standing[i] = previous[i] = context.measuredQ[i]!
        isStuck = true
      }
      return isStuck && drawBack(command, context) ? 'limited' : 'pass'
    },
    reset() {
      told.reset()
      measured.reset()
      for (const rule of rules) rule.reset()
    },
  }

  function drawBack(command: Float64Array, context: SafetyContext): boolean {
    const before = standing.slice()
    const inPose = { ...context, previousCommand: previous }
    const verdicts = rules.map((rule) => rule.apply(standing, inPose))
    for (let i = 0; i < n; i++) if (standing[i] !== before[i]) command[i] = standing[i]!
    return verdicts.some((verdict) => verdict !== 'pass')
  }
}

/** Least and greatest values of joints [numJoints] within the latency. */
class RecentRange {
  readonly low: Float64Array
  readonly high: Float64Array
  private readonly recent: readonly Float64Array[]
  private numAdded = 0

  constructor(numJoints: number) {
    this.low = new Float64Array(numJoints)
    this.high = new Float64Array(numJoints)
    this.recent = Array.from({ length: MAX_CYCLES }, () => new Float64Array(numJoints))
  }

  /** Once per cycle. Anything before a whole latency is known; NaN where a value is none. */
  add(values: Float64Array, dtS: number): void {
    this.recent[this.numAdded++ % MAX_CYCLES]!.set(values)
    const cycles = dtS > 0 ? Math.ceil(LATENCY_S / dtS) + 1 : MAX_CYCLES
    const numLooked = Math.min(cycles, MAX_CYCLES)
    const isLongEnough = this.numAdded >= numLooked
    this.low.fill(isLongEnough ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)
    this.high.fill(isLongEnough ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
    if (!isLongEnough) return
    for (let k = 1; k <= numLooked; k++) {
      const values = this.recent[(this.numAdded - k) % MAX_CYCLES]!
      for (let i = 0; i < values.length; i++) {
        this.low[i] = Math.min(this.low[i]!, values[i]!)
        this.high[i] = Math.max(this.high[i]!, values[i]!)
      }
    }
  }

  reset(): void {
    this.numAdded = 0
  }
}
