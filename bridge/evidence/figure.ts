/** A rate and its 95 % interval. */
export interface Rate {
  readonly rate: number
  readonly low: number
  readonly high: number
}

/** What commands of evidence print last: `eval`, by what it was asked for, and `train`. */
export interface Figure {
  readonly episodes?: number
  /** By threshold [m]. */
  readonly success?: Readonly<Record<string, Rate>>
  /** Of `--against`. */
  readonly paired?: { readonly difference: number; readonly low: number; readonly high: number }
  /** Of many emulated arms. */
  readonly population?: { readonly mean: Rate; readonly worstTenth: number }
  /** Of `--goals`. */
  readonly trials?: number
  readonly thresholdM?: number
  readonly attempts?: readonly {
    readonly attempt: number
    readonly success: Rate
    readonly timeToGoalS: number | null
  }[]
  /** Of `--readout`: when the state was read [s], and R² at each of these times. */
  readonly atS?: readonly number[]
  readonly parameters?: readonly {
    readonly name: string
    readonly explained: readonly (number | null)[]
  }[]
  /** Of a training. */
  readonly steps?: number
  readonly wallS?: number
}

/** What one evaluation says; of several seeds their mean, the least and the most. @param rates - one at least */
export function overSeeds(rates: readonly Rate[]): Rate {
  const [first] = rates
  if (rates.length === 1) return first!
  const values = rates.map(({ rate }) => rate)
  const rate = values.reduce((sum, each) => sum + each, 0) / values.length
  return { rate, low: Math.min(...values), high: Math.max(...values) }
}

/** `97.4 % (96.6–98.0)` */
export function describeRate({ rate, low, high }: Rate): string {
  return `${percent(rate)} % (${percent(low)}–${percent(high)})`
}

/** [%], with one decimal */
export const percent = (share: number): string => (share * 100).toFixed(1)
