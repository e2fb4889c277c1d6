/**
 * Everything the servo model knows, by name, with the value at which its effect is absent or that the
 * vendor's unit implies. All at the output shaft, after the gear; endings are units.
 */
export const SERVO_PARAMETERS = {
  /** Torque per ampere, which is also the back-EMF per rad/s; at 25 °C. */
  torqueConstantNmPerA: 1,
  /** Winding, brushes and bridge at 25 °C. */
  resistanceOhm: 1,
  /** Inertia of rotor and gear. */
  armatureKgM2: 0,
  viscousNmSPerRad: 0,
  /** Dry friction while moving. */
  coulombNm: 0,
  /** Dry friction at rest beyond that, fading with speed. */
  stribeckNm: 0,
  /** Share of the load on the gear that becomes friction while moving, and at rest beyond that. */
  loadFriction: 0,
  loadStribeck: 0,
  /** How much the motor's torque counts in the load, against the torque from outside; 0.5 = alike. */
  motorShare: 0.5,
  stribeckSpeedRadPerS: 0.3,
  /** Of supply, plugs and cable: what the mean current costs. */
  supplyOhm: 0,
  /** Of what the winding's current passes only while the bridge is on. */
  lineOhm: 0,
  currentLimitA: 1000,
  /** Winding against the servo's own sensor; its heat capacity. */
  thermalResistanceKPerW: 0,
  heatCapacityJPerK: 1,
  /** Encoder minus true angle from straight down. */
  zeroOffsetRad: 0,
  /** From a goal's time stamp to the moment it acts; negative where the log stamps it late. */
  commandDelayS: 0,
  /** How much later than a goal a change of the torque switch acts: its own message, its own delay. */
  switchDelayS: 0,
  /** Factor on the firmware's duty per error, and the time constant of its D gain. */
  dutyScale: 1,
  derivativeS: 0,
  /** Taken off the error, to each side. */
  deadBandRad: 0,
  /** The goal follows the command no faster. */
  goalSpeedRadPerS: 1e6,
} as const

export type ServoParameterName = keyof typeof SERVO_PARAMETERS

export const SERVO_PARAMETER_NAMES = Object.keys(SERVO_PARAMETERS) as ServoParameterName[]

/** A value for each parameter. */
export type ServoParameters = Readonly<Record<ServoParameterName, number>>
