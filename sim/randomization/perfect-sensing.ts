import type { ParameterValues } from './draw.ts'
import type { ParameterName } from './parameters.ts'

/** Errors that a perfect encoder and a perfect camera do not have. */
const ERRORS: readonly ParameterName[] = [
  'zeroOffsetRad',
  'jointDelayS',
  'jointNoiseRad',
  'objectDelayS',
  'objectDelayJitter',
  'objectBiasXM',
  'objectBiasYM',
  'objectBiasZM',
  'objectBiasYawRad',
  'objectNoiseM',
  'objectNoiseYawRad',
  'objectDriftM',
  'objectDropsPerS',
  'occlusionRadiusM',
]
/** Faster than any policy looks. */
const RATE_HZ = 100

/**
 * Takes every error of measurement out of a draw and leaves the physics alone: who acts now is limited by
 * what the arm can do, not by what it knows.
 */
export function makeSensingPerfect(values: ParameterValues): void {
  for (const name of ERRORS) values[name].fill(0)
  values.objectRateHz.fill(RATE_HZ)
}
