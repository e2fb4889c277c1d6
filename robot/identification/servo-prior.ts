import {
  SERVO_PARAMETERS,
  type ServoParameterName,
  type ServoParameters,
} from './servo-parameters.ts'

/**
 * What is known of a parameter before any log: its middle and how far it may well be from there, one standard
 * deviation, as a factor (what cannot be negative) or as a difference.
 */
export type Prior =
  | { readonly around: number; readonly factor: number }
  | { readonly around: number; readonly spread: number }

/** The parameters that a fit looks for; each is searched in standard deviations of its prior. */
export type ServoPriors = Readonly<Partial<Record<ServoParameterName, Prior>>>

/** Standard deviations that a search may go from a prior's middle. */
const FARTHEST = 4

/** The value that lies `deviations` from the middle of a prior. */
export function valueAt(prior: Prior, deviations: number): number {
  const bounded = Math.max(-FARTHEST, Math.min(FARTHEST, deviations))
  return 'factor' in prior
    ? prior.around * prior.factor ** bounded
    : prior.around + prior.spread * bounded
}

/** How many standard deviations a value is from the middle of a prior. */
export function deviationsOf(prior: Prior, value: number): number {
  return 'factor' in prior
    ? Math.log(value / prior.around) / Math.log(prior.factor)
    : (value - prior.around) / prior.spread
}

/** All parameters: those searched for, the known ones, and the rest without effect. */
export function parametersAt(
  names: readonly ServoParameterName[],
  priors: ServoPriors,
  known: Partial<ServoParameters>,
  deviations: Float64Array,
): ServoParameters {
  const parameters = { ...SERVO_PARAMETERS, ...known } as Record<ServoParameterName, number>
  for (let i = 0; i < names.length; i++) {
    parameters[names[i]!] = valueAt(priors[names[i]!]!, deviations[i]!)
  }
  return parameters
}
