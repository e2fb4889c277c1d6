import type { RandomStream } from '../../robot/model/random.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { Rule } from './randomization.schema.ts'

/** What one number may be: a rule with its arm's and task's nominal value put in. */
export interface Range {
  readonly nominal: number
  /** Bounds at full width. */
  readonly low: number
  readonly high: number
  /** Draws end here, of a range widened beyond its bounds too. */
  readonly least: number
  readonly isLog: boolean
  /** Drawn are the bounds alone. */
  readonly isEnds: boolean
  /** Standard deviation of a normal distribution around the middle; 0 of an even one. */
  readonly deviation: number
}

/** Standard deviations at which a normal distribution is cut off. */
const NORMAL_CUT = 3

/** @param least - that the number may be */
export function rangeOf(rule: Rule, nominal: number, least: number): Range {
  const given = 'set' in rule ? rule.set : 'scale' in rule ? rule.scale : rule.offset
  const toAbsolute = (x: number) =>
    'set' in rule ? x : 'scale' in rule ? x * nominal : x + nominal
  if ('normal' in given) {
    const [mean, sd] = given.normal
    const low = toAbsolute(mean - NORMAL_CUT * sd)
    const high = toAbsolute(mean + NORMAL_CUT * sd)
    const deviation = (high - low) / (2 * NORMAL_CUT)
    return {
      nominal,
      low,
      high,
      least,
      isLog: false,
      isEnds: false,
      deviation,
    }
  }
  const isEnds = 'ends' in given
  const bounds = 'logUniform' in given ? given.logUniform : isEnds ? given.ends : given.uniform
  const [low, high] = bounds.map(toAbsolute) as [number, number]
  // A factor on nothing stays nothing, which has no logarithm.
  const isLog = 'logUniform' in given && low > 0
  return { nominal, low, high, least, isLog, isEnds, deviation: 0 }
}

/** A bound moved along the way from the nominal value: width 0 is the nominal value, 1 the bound itself. */
export function boundAt(range: Range, bound: number, width: number): number {
  const { nominal, least } = range
  if (isGeometric(range)) return nominal * (bound / nominal) ** width
  return Math.max(least, nominal + (bound - nominal) * width)
}

/** A number of a range narrowed (or widened) to `lowWidth` and `highWidth`. */
export function drawFrom(
  range: Range,
  stream: RandomStream,
  lowWidth: number,
  highWidth: number,
): number {
  const { nominal, low, high, isLog, isEnds, deviation } = range
  if (deviation > 0) {
    const middle = (low + high) / 2
    const z = Math.max(-NORMAL_CUT, Math.min(NORMAL_CUT, stream.normal()))
    const drawn = middle + deviation * z
    return boundAt(range, drawn, drawn < nominal ? lowWidth : highWidth)
  }
  // From a nominal value of zero or less there is no way in the logarithm.
  if (isLog && !isGeometric(range)) {
    return nominal + (stream.logBetween(low, high) - nominal) * highWidth
  }
  const from = boundAt(range, low, lowWidth)
  const to = boundAt(range, high, highWidth)
  if (isEnds) return stream.integer(2) === 0 ? from : to
  return isLog ? stream.logBetween(from, to) : stream.between(from, to)
}

/** Whether coordinates are even in the logarithm of the number. */
export function isGeometric({ isLog, nominal }: Range): boolean {
  return isLog && nominal > 0
}

/** Where a number lies in its range: -1 at the lower bound, 1 at the upper, in the range's own scale. */
export function coordinateOf(range: Range, value: number): number {
  const { low, high } = range
  if (!(high > low)) return 0
  return isGeometric(range)
    ? (2 * Math.log(value / low)) / Math.log(high / low) - 1
    : (2 * (value - low)) / (high - low) - 1
}

/** Share of a range, in its own scale, that lies below the nominal value: 0 to 1. */
export function lowShareOf(range: Range): number {
  return clamp((coordinateOf(range, range.nominal) + 1) / 2, 0, 1)
}

/** The number at a coordinate, inside the range or beyond it. */
export function valueAt({ low, high, isLog }: Range, coordinate: number): number {
  const share = (coordinate + 1) / 2
  return isLog ? low * (high / low) ** share : low + (high - low) * share
}
