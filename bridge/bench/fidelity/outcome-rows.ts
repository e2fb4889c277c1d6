import { quantile } from '../figures.ts'
import type { Finding, Unit } from './row.ts'
import type { OutcomeDifference, StrokeOutcome } from './scenes/pushes.ts'

/** Greatest errors that hold. */
export interface Bars {
  readonly medianM: number
  readonly p90M: number
  readonly yawRad: number
}

/** The strokes of one seed. */
export interface Played {
  readonly seed: number
  readonly tested: StrokeOutcome
  readonly reference: StrokeOutcome
  readonly difference: OutcomeDifference
}

/** Where a figure comes from and what it should be. */
export interface Sides {
  /** What was done, how often, in what. */
  readonly name: string
  readonly against: string
  readonly bars: Bars
  /** Why the farthest are so far apart. */
  readonly tailCause?: string
}

/**
 * How far ends and turns are apart, median and tail.
 *
 * @param played - the strokes of each seed
 */
export function outcomeRows(
  played: readonly Played[],
  { name, against, bars, tailCause }: Sides,
): Finding[] {
  const value = (read: (outcome: StrokeOutcome) => Float64Array) => {
    const median = (side: 'tested' | 'reference') =>
      quantile(
        played.flatMap((one) => [...read(one[side])]),
        0.5,
      )
    return { measured: median('tested'), expected: median('reference') }
  }
  const way = value(({ pushedM }) => pushedM)
  const turn = value(({ objectYawRad }) => objectYawRad.map(Math.abs))
  const row = (
    text: string,
    unit: Unit,
    median: typeof way,
    apart: (difference: OutcomeDifference) => readonly number[],
    share: number,
    bar: number,
    cause?: string,
  ): Finding => {
    const perSeed = played.map(({ difference }) => quantile(apart(difference), share))
    return {
      what: `${name}: ${text}`,
      against,
      unit,
      ...median,
      error: quantile(
        played.flatMap(({ difference }) => [...apart(difference)]),
        share,
      ),
      errorUnit: unit,
      seeds: played.map(({ seed }) => seed),
      errorSpread: [Math.min(...perSeed), Math.max(...perSeed)],
      bar,
      ...(cause !== undefined && { cause }),
    }
  }
  const ends = ({ endM }: OutcomeDifference) => endM
  const yaws = ({ yawRad }: OutcomeDifference) => yawRad
  return [
    row('way of the object; ends apart, median', 'm', way, ends, 0.5, bars.medianM),
    row('ends apart, 90 % of them', 'm', way, ends, 0.9, bars.p90M, tailCause),
    row('turn of the object; apart, median', 'rad', turn, yaws, 0.5, bars.yawRad),
  ]
}
