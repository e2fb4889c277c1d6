import type { SuccessRate } from '../../policy/evaluate/wilson.ts'
import type { LearningPoint } from '../../policy/learning/train-progress.ts'
import { centimetres } from '../cli/centimetres.ts'
import type { Bar } from './evidence.schema.ts'
import { type Figure, overSeeds } from './figure.ts'

/** Met or missed where the whole interval says so; open where the bar lies within, or there is no figure yet. */
export type Verdict = 'met' | 'open' | 'missed'

export interface JudgedBar {
  /** What is asked: `5 cm ≥ 97 %`. */
  readonly asked: string
  readonly verdict: Verdict
}

/**
 * @param figures - one a seed, none while there is none
 * @param figuresOf - those of another name, which a bar may speak of
 */
export function judgeBar(
  bar: Bar,
  figures: readonly Figure[],
  figuresOf: (name: string) => readonly Figure[],
): JudgedBar {
  switch (bar.of) {
    case 'success': {
      const rates = figures.map(({ success }) => success?.[bar.thresholdM])
      return { asked: `${centimetres(bar.thresholdM)} ${least(bar)}`, verdict: above(rates, bar) }
    }
    case 'difference': {
      const rates = figures.map(({ paired }) => paired && { ...paired, rate: paired.difference })
      const points = String(Number((100 * bar.atLeast).toPrecision(6))).replace('-', '−')
      return { asked: `≥ ${points} points`, verdict: above(rates, bar) }
    }
    case 'arms': {
      const rates = figures.map(({ population }) => population?.mean)
      return { asked: `arms ${least(bar)}`, verdict: above(rates, bar) }
    }
    case 'worstTenth': {
      const rates = figures.map(({ population }) => exactly(population?.worstTenth))
      return { asked: `worst tenth ${least(bar)}`, verdict: above(rates, bar) }
    }
    case 'lastGoal': {
      const there = pooled(figuresOf(bar.above).map(lastGoal))
      const here = figures.map(lastGoal)
      const verdict = there === undefined ? 'open' : beyond(pooled(here), there.low, there.high)
      return { asked: `last goal above “${bar.above}”`, verdict }
    }
    case 'minutes': {
      // The more, the worse.
      const minutes = figures.map((figure) => reachedAt(figure, bar.success)?.wallS)
      const rates = minutes.map((wallS) => exactly(wallS === undefined ? wallS : -wallS / 60))
      const asked = `${wholePercent(bar.success)} in ≤ ${bar.atMost} min`
      return { asked, verdict: above(rates, { atLeast: -bar.atMost }) }
    }
  }
}

const least = ({ atLeast }: { readonly atLeast: number }): string => `≥ ${wholePercent(atLeast)}`

/** `95 %`, `97.5 %`: as it was asked. */
export const wholePercent = (share: number): string => `${Number((100 * share).toPrecision(6))} %`

/** The first evaluation with such a success, of a training. */
export const reachedAt = ({ curve }: Figure, least: number): LearningPoint | undefined =>
  curve?.find(({ success }) => success >= least)

const exactly = (value: number | undefined): SuccessRate | undefined =>
  value === undefined ? undefined : { rate: value, low: value, high: value }

const lastGoal = ({ attempts }: Figure): SuccessRate | undefined => attempts?.at(-1)?.success

function above(
  rates: readonly (SuccessRate | undefined)[],
  { atLeast }: { readonly atLeast: number },
): Verdict {
  return beyond(pooled(rates), atLeast, atLeast)
}

/** Where an interval lies beside another. */
function beyond(rate: SuccessRate | undefined, low: number, high: number): Verdict {
  if (rate === undefined) return 'open'
  if (rate.low >= high) return 'met'
  return rate.high < low ? 'missed' : 'open'
}

function pooled(rates: readonly (SuccessRate | undefined)[]): SuccessRate | undefined {
  // Of one that is not known nothing can be said.
  const known = rates.filter((rate) => rate !== undefined)
  return known.length === 0 || known.length < rates.length ? undefined : overSeeds(known)
}
