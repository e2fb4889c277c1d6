/**
 * Everything a draw can change, by name. `one` is a single number, `joint` one per joint, `link` one per
 * link, `object` one per object. Scales multiply the arm's or task's nominal value, offsets add to it, sets
 * replace it.
 */
export const PARAMETERS = {
  objectMassKg: 'object',
  /** Factors on the nominal size. */
  objectWidth: 'object',
  objectHeight: 'object',
  objectFrictionTable: 'object',
  objectFrictionTip: 'object',
  stiffness: 'one',
  stiffnessPerJoint: 'joint',
  stallTorque: 'one',
  damping: 'one',
  armature: 'one',
  coulombNm: 'joint',
  loadFriction: 'one',
  backlashRad: 'one',
  linkMass: 'link',
  zeroOffsetRad: 'joint',
  gravity: 'one',
  gravityTiltXRad: 'one',
  gravityTiltYRad: 'one',
  tableHeightM: 'one',
  tableTiltXRad: 'one',
  tableTiltYRad: 'one',
  commandDelayS: 'one',
  commandJitterS: 'one',
  jointNoiseRad: 'one',
  objectRateHz: 'one',
  objectDelayS: 'one',
  objectDelayJitter: 'one',
  objectBiasXM: 'one',
  objectBiasYM: 'one',
  objectBiasZM: 'one',
  objectBiasYawRad: 'one',
  objectNoiseM: 'one',
  objectNoiseYawRad: 'one',
  objectDropsPerS: 'one',
  occlusionRadiusM: 'one',
} as const

export type ParameterName = keyof typeof PARAMETERS
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[]
