import type { EvaluationResult } from '../../policy/evaluate/evaluation.ts'
import type { PairedDifference } from '../../policy/evaluate/paired-difference.ts'
import type { PopulationResult } from '../../policy/evaluate/population.ts'
import type { SuccessRate } from '../../policy/evaluate/wilson.ts'
import type { TrainOutcome } from '../../policy/learning/train.ts'
import type { ReadoutResult, TrialResult } from '../deploy/evaluate-memory.ts'

/** What commands of evidence print last: `eval`, by what it was asked for, and `train`. */
export interface Figure
  extends Partial<Pick<EvaluationResult, 'episodes' | 'success'>>,
    Partial<Pick<TrialResult, 'trials' | 'thresholdM' | 'attempts'>>,
    Partial<Pick<ReadoutResult, 'atS' | 'parameters'>>,
    Partial<Pick<TrainOutcome, 'steps' | 'curve'>> {
  /** Of `--against`. */
  readonly paired?: Pick<PairedDifference, 'difference' | 'low' | 'high'>
  /** Of many emulated arms. */
  readonly population?: Pick<PopulationResult, 'mean' | 'worstTenth'>
}

/** What one evaluation says; of several seeds their mean, the least and the most. @param rates - one at least */
export function overSeeds(rates: readonly SuccessRate[]): SuccessRate {
  const [first] = rates
  if (rates.length === 1) return first!
  const values = rates.map(({ rate }) => rate)
  const rate = values.reduce((sum, each) => sum + each, 0) / values.length
  return { rate, low: Math.min(...values), high: Math.max(...values) }
}

/** `97.4 % (96.6–98.0)` */
export function describeRate({ rate, low, high }: SuccessRate): string {
  return `${percent(rate)} % (${percent(low)}–${percent(high)})`
}

/** [%], with one decimal */
export const percent = (share: number): string => (share * 100).toFixed(1)
