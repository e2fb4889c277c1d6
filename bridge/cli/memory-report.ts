import type { ReadoutResult, TrialResult } from '../deploy/evaluate-memory.ts'
import { percent } from './percent.ts'

/** A line for each attempt of trials. */
export function describeTrials({
  trials,
  isStateReset,
  thresholdM,
  attempts,
}: TrialResult): string {
  const memory = isStateReset ? 'forgetting at every goal' : 'remembering'
  const lines = attempts.map(({ attempt, success, timeToGoalS }) => {
    const time = timeToGoalS === null ? '' : `, ${timeToGoalS.toFixed(2)} s to the goal`
    return `  goal ${attempt}: ${percent(success.rate)} (${percent(success.low)} to ${percent(success.high)})${time}`
  })
  return `${trials} trials, ${memory}, within ${thresholdM} m\n${lines.join('\n')}`
}

/** A table of R² by parameter and time. */
export function describeReadout({ episodes, atS, parameters }: ReadoutResult): string {
  const width = Math.max(...parameters.map(({ name }) => name.length))
  const head = `${'R² after'.padEnd(width)} ${atS.map((s) => `${s.toFixed(1)} s`.padStart(6)).join(' ')}`
  const lines = parameters.map(({ name, explained }) => {
    const cells = explained.map((r) => (r === null ? '–' : r.toFixed(2)).padStart(6))
    return `${name.padEnd(width)} ${cells.join(' ')}`
  })
  return [`Linear read-out of the recurrent state, ${episodes} episodes`, head, ...lines].join('\n')
}
