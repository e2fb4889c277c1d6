/**
 * Everything a draw can change, by name. `one` is a single number, `joint` one per joint, `link` one per
 * link, `object` one per object. The name's ending is its unit; without one it is a factor or a share.
 */
export const PARAMETERS = {
  objectMassKg: 'object',
  /** Centre of mass from the middle, object frame. */
  objectComXM: 'object',
  objectComYM: 'object',
  objectComZM: 'object',
  /** Factors on the nominal size; length over width. */
  objectWidth: 'object',
  objectHeight: 'object',
  objectAspect: 'object',
  objectFrictionTable: 'object',
  objectFrictionTip: 'object',
  /** Factors on the servos' nominal values. */
  stiffness: 'one',
  stiffnessPerJoint: 'joint',
  stallTorque: 'one',
  damping: 'one',
  dampingPerJoint: 'joint',
  armature: 'one',
  coulombNm: 'joint',
  /** Share of a servo's torque that becomes friction. */
  loadFriction: 'one',
  backlashRad: 'one',
  deadBandRad: 'one',
  /** Share of the supply's voltage that is lost when every motor stalls. */
  voltageSag: 'one',
  /** Factors on the nominal links; inertia beside what the mass brings. */
  linkMass: 'link',
  linkInertia: 'link',
  linkLength: 'link',
  /** Shift of the centre of mass, link frame. */
  linkComXM: 'link',
  linkComYM: 'link',
  linkComZM: 'link',
  zeroOffsetRad: 'joint',
  /** Factor on its magnitude, and how far the base leans. */
  gravity: 'one',
  gravityTiltXRad: 'one',
  gravityTiltYRad: 'one',
  tableHeightM: 'one',
  tableTiltXRad: 'one',
  tableTiltYRad: 'one',
  tableFrictionTip: 'one',
  commandDelayS: 'one',
  /** Greatest further delay, drawn anew at every step. */
  commandJitterS: 'one',
  /** Share of the policy's commands that never arrive. */
  commandDrop: 'one',
  /** From the joints' motion to when it is told: of encoders behind a network, say. */
  jointDelayS: 'one',
  jointNoiseRad: 'one',
  objectRateHz: 'one',
  objectDelayS: 'one',
  /** Share of the delay by which frames vary. */
  objectDelayJitter: 'one',
  objectBiasXM: 'one',
  objectBiasYM: 'one',
  objectBiasZM: 'one',
  objectBiasYawRad: 'one',
  objectNoiseM: 'one',
  objectNoiseYawRad: 'one',
  /** Noise that wanders instead of jumping, and how long it takes to forget. */
  objectDriftM: 'one',
  objectDriftS: 'one',
  objectDropsPerS: 'one',
  /** Half the thickness of what hides an object: the arm, or its tip (see `objectSensor.cameraM`). */
  occlusionRadiusM: 'one',
  /** Pushes from nowhere: how often, what they do to an object's speed, and with what they push the tool. */
  pushesPerS: 'one',
  objectPushMPerS: 'one',
  toolPushN: 'one',
} as const

export type ParameterName = keyof typeof PARAMETERS
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[]

/** Parameters that may be below zero: places, angles and the errors of a sensor. */
const SIGNED_PARAMETERS: ReadonlySet<ParameterName> = new Set<ParameterName>([
  'objectComXM',
  'objectComYM',
  'objectComZM',
  'linkComXM',
  'linkComYM',
  'linkComZM',
  'zeroOffsetRad',
  'gravityTiltXRad',
  'gravityTiltYRad',
  'tableHeightM',
  'tableTiltXRad',
  'tableTiltYRad',
  'objectBiasXM',
  'objectBiasYM',
  'objectBiasZM',
  'objectBiasYawRad',
])

/** Parameters without which there is no body, no drive and no sensor. */
const POSITIVE_PARAMETERS: ReadonlySet<ParameterName> = new Set<ParameterName>([
  'objectMassKg',
  'objectWidth',
  'objectHeight',
  'objectAspect',
  'stiffness',
  'stiffnessPerJoint',
  'stallTorque',
  'linkMass',
  'linkInertia',
  'linkLength',
  'objectRateHz',
])

/** Share of the nominal value below which what has to be there is as good as gone. */
const LEAST_SHARE = 0.01

/** The least that a parameter may be. */
export function leastOf(name: ParameterName, nominal: number): number {
  if (SIGNED_PARAMETERS.has(name)) return Number.NEGATIVE_INFINITY
  return POSITIVE_PARAMETERS.has(name) ? LEAST_SHARE * nominal : 0
}
