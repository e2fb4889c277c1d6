import type { EvaluationResult } from '../../policy/evaluate/evaluation.ts'
import { FAILURE_KINDS } from '../../policy/evaluate/failure-kinds.ts'
import type { PairedDifference } from '../../policy/evaluate/paired-difference.ts'
import type { PopulationResult } from '../../policy/evaluate/population.ts'
import type { Sensitivity } from '../../policy/evaluate/sensitivity.ts'
import { formatTable } from '../bench/table.ts'
import type { KnownFailure } from '../deploy/failure-watch.ts'
import { centimetres } from './centimetres.ts'
import { percent } from './percent.ts'

/** Quantities that are told of to people; JSON has all. */
const NUM_TELLING = 10

export type Engine = 'rapier' | 'mujoco'

/** The same draws in two engines. */
export interface PairedResult extends PairedDifference {
  readonly against: Engine
  readonly thresholdM: number
}

/** An evaluation for people. */
export function describeEvaluation(
  report: EvaluationResult & {
    policy: string
    world: string
    paired?: PairedResult
    population?: PopulationResult
    sensitivity?: readonly Sensitivity[]
    failures?: readonly KnownFailure[]
  },
): string {
  const lines = Object.entries(report.success).map(([thresholdM, { rate, low, high }]) => {
    const settled = report.settled?.[thresholdM]
    const rest = settled === undefined ? '' : `, ${percent(settled.rate)} settled`
    return `  within ${centimetres(Number(thresholdM))}: ${percent(rate)} (${percent(low)} to ${percent(high)}${rest})`
  })
  const distance = report.finalDistanceM
  const ends =
    distance === null ? 'no distance known' : `median ${(distance.median * 100).toFixed(2)} cm`
  return [
    `${report.policy} in ${report.world}: ${report.episodes} episodes, ${ends}, ${report.faults} faults`,
    ...lines,
    ...describePaired(report.paired),
    ...describePopulation(report.population),
    ...describeSensitivity(report.sensitivity),
    ...describeFailures(report.failures),
    ...describeFaults(report.faultCodes),
  ].join('\n')
}

/** At the main threshold of the task; nothing without failures. */
function describeFailures(failures: readonly KnownFailure[] = []): string[] {
  if (failures.length === 0) return []
  const rows = failures.map(({ kind, episodes, episode }) => [
    kind,
    episodes,
    episode,
    FAILURE_KINDS[kind],
  ])
  return ['', formatTable(['failed', 'episodes', 'first', 'that is'], rows)]
}

/** The most frequent first; nothing without faults. */
function describeFaults(codes: EvaluationResult['faultCodes']): string[] {
  const counts = Object.entries(codes).sort(([, a], [, b]) => b - a)
  return counts.length === 0 ? [] : ['', formatTable(['episodes ended by', 'count'], counts)]
}

function describePaired(paired: PairedResult | undefined): string[] {
  if (paired === undefined) return []
  const { against, difference, low, high } = paired
  return [
    `  against ${against} on the same draws: ${percent(difference)} (${percent(low)} to ${percent(high)})`,
  ]
}

function describePopulation(population: PopulationResult | undefined): string[] {
  if (population === undefined) return []
  const { thresholdM, mean, worstTenth, setUps } = population
  const worst = setUps.reduce((a, b) => (b.rate < a.rate ? b : a))
  return [
    `  ${setUps.length} set-ups, within ${centimetres(thresholdM)}: mean ${percent(mean.rate)} (${percent(mean.low)} to ${percent(mean.high)} by set-ups), worst tenth ${percent(worstTenth)}, worst ${worst.reality} ${percent(worst.rate)}`,
  ]
}

/** The most telling quantities, each with success from its least draws to its greatest. */
function describeSensitivity(sensitivity: readonly Sensitivity[] | undefined): string[] {
  if (sensitivity === undefined) return []
  const rows = sensitivity.slice(0, NUM_TELLING).map(({ name, chiSquarePerDegree, groups }) => {
    const rates = groups.map(({ success }) => `${(success.rate * 100).toFixed(0)}`)
    return [name, chiSquarePerDegree.toFixed(1), rates.join('  '), describeGroups(groups)]
  })
  const head = ['drawn', 'χ² per degree', 'success by group [%]', 'groups']
  return ['', formatTable(head, rows)]
}

/** `0.1, 1` or `0.1 – 0.3 – 1` */
function describeGroups(groups: Sensitivity['groups']): string {
  const short = (value: number) => Number(value.toPrecision(2))
  const starts = groups.map(({ from }) => short(from))
  if (groups.every(({ from, to }) => from === to)) return starts.join(', ')
  return [...starts, short(groups.at(-1)!.to)].join(' – ')
}
