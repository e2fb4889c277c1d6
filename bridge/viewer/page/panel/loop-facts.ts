import type { RunState } from '../../frames.ts'
import { byId } from './by-id.ts'
import { spaced } from './words.ts'
import { write } from './write.ts'

/** Older than this, the measurement is worth a look [s]. */
const OLD_S = 0.25
/** A set-point loop later than this is worth a look [s]. */
const LATE_S = 0.005
const DEGREES = 180 / Math.PI

/** Figures of the newest state: distance, tracking, sensor, loop, safety. */
export function showLoopFacts(state: RunState, distanceM: number): void {
  const { loop, objectAgeS, stateNorm } = state
  const ageS = objectAgeS ?? Number.NaN
  write('distance', finite(1000 * distanceM, 0, 'mm'))
  write('tracking', `largest error ${finite(DEGREES * largestError(state), 1, '°')}`)
  write('sensor-age', finite(1000 * ageS, 0, 'ms'), !(ageS <= OLD_S))
  write('loop-rate', finite(loop.rateHz, 0, 'Hz'))
  write('jitter', finite(1000 * loop.jitterS, 2, 'ms'), loop.jitterS > LATE_S)
  write('state-norm', finite(stateNorm ?? Number.NaN, 1, ''))
  showSafety(state)
}

function showSafety({ interventions, rule }: RunState): void {
  const counts = Object.entries(interventions).filter(([, count]) => count > 0)
  const listed = counts.map(([name, count]) => `${spaced(name)} ${count}`).join(', ')
  const text = `Safety: ${listed === '' ? 'no intervention' : listed}`
  write('safety', text)
  const element = byId('safety')
  element.title = text
  element.dataset['acting'] = rule
}

function largestError({ q, commandQ }: RunState): number {
  if (commandQ === undefined) return Number.NaN
  return Math.max(...q.map((value, i) => Math.abs(value - (commandQ[i] ?? Number.NaN))))
}

function finite(value: number, digits: number, unit: string): string {
  if (!Number.isFinite(value)) return '–'
  return unit === '°' ? `${value.toFixed(digits)}°` : `${value.toFixed(digits)} ${unit}`.trim()
}
