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
  'dutyScale',
  'derivativeS',
  'goalSpeedRadPerS',
]
const STRIBECK: readonly ServoParameterName[] = ['stribeckNm', 'stribeckSpeedRadPerS']
const LOAD: readonly ServoParameterName[] = ['loadFriction', 'motorShare']
const SUPPLY: readonly ServoParameterName[] = ['supplyOhm', 'pulseOhm']
const HEAT: readonly ServoParameterName[] = ['thermalResistanceKPerW', 'heatCapacityJPerK']

/**
 * Servo models by name, from few parameters to many, each with what it lets a fit look for; a servo whose
 * priors leave one out does without it.
 */
export const SERVO_MODELS = {
  coulomb: COULOMB,
  stribeck: [...COULOMB, ...STRIBECK],
  load: [...COULOMB, ...LOAD],
  'stribeck-load': [...COULOMB, ...STRIBECK, ...LOAD, 'loadStribeck'],
  supply: [...COULOMB, ...STRIBECK, ...LOAD, 'loadStribeck', ...SUPPLY],
  heat: [...COULOMB, ...STRIBECK, ...LOAD, 'loadStribeck', ...SUPPLY, ...HEAT],
  'current-limit': [
    ...COULOMB,
    ...STRIBECK,
    ...LOAD,
    'loadStribeck',
    ...SUPPLY,
    ...HEAT,
    'currentLimitA',
  ],
} as const satisfies Readonly<Record<string, readonly ServoParameterName[]>>

export type ServoModelName = keyof typeof SERVO_MODELS

export const SERVO_MODEL_NAMES = Object.keys(SERVO_MODELS) as ServoModelName[]
