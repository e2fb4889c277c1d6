/** What a rule may look at. Arrays are [numJoints] of the driver's arm, [rad] unless said. */
export interface SafetyContext {
  timeS: number
  /** Since the previous command [s]. */
  dtS: number
  readonly measuredQ: Float64Array
  /** [rad/s] */
  readonly measuredVelocity: Float64Array
  /** Shares of stall torque, -1..1. */
  readonly load: Float64Array
  readonly temperatureC: Float64Array
  readonly voltageV: Float64Array
  /** The last command that went out, its rate of change [rad/s], and that one's [rad/s²]. */
  readonly previousCommand: Float64Array
  readonly previousVelocity: Float64Array
  readonly previousAcceleration: Float64Array
  /** Age of the oldest sensor the policy depends on [s]. */
  sensorAgeS: number
  /** Age of the oldest joint reading [s]. */
  jointAgeS: number
}

/**
 * `pass` untouched · `limited` changed to something safer · `hold` keep the arm where it is until the cause
 * has gone · `yield` something is in the way: give in to it, then go on · `park` end the run, the arm laid down ·
 * `stop` end the run where the arm is.
 */
export type SafetyVerdict = 'pass' | 'limited' | 'hold' | 'yield' | 'park' | 'stop'

/** One rule. It narrows a command in place, never widens it, and never throws. */
export interface SafetyRule {
  readonly name: string
  apply(command: Float64Array, context: SafetyContext): SafetyVerdict
  /** Forgets what it has accumulated; called when a run begins. */
  reset(): void
}
