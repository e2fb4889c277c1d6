import type { ServoParameterName } from './servo-parameters.ts'

/** What every servo has. */
const COULOMB: readonly ServoParameterName[] = [
  'torqueConstantNmPerA',
  'resistanceOhm',
  'armatureKgM2',
  'viscousNmSPerRad',
  'coulombNm',
  'zeroOffsetRad',
  'commandDelayS',
  'switchDelayS',
  'dutyScale',
  'derivativeS',
  'deadBandRad',
  'goalSpeedRadPerS',
]
const STRIBECK = [...COULOMB, 'stribeckNm', 'stribeckSpeedRadPerS'] as const
const LOAD = [...STRIBECK, 'loadFriction', 'loadStribeck', 'motorShare'] as const
const SUPPLY = [...LOAD, 'supplyOhm', 'lineOhm'] as const
const HEAT = [...SUPPLY, 'thermalResistanceKPerW', 'heatCapacityJPerK'] as const

/**
 * Servo models by name, from few parameters to many, each with what it lets a fit look for; a servo whose
 * priors leave one out does without it.
 */
export const SERVO_MODELS = {
  coulomb: COULOMB,
  stribeck: STRIBECK,
  load: LOAD,
  supply: SUPPLY,
  heat: HEAT,
  'current-limit': [...HEAT, 'currentLimitA'],
} as const satisfies Readonly<Record<string, readonly ServoParameterName[]>>

export type ServoModelName = keyof typeof SERVO_MODELS

export const SERVO_MODEL_NAMES = Object.keys(SERVO_MODELS) as ServoModelName[]
