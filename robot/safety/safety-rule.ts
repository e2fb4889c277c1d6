/** What a rule may look at. Arrays are [numJoints] of the driver's arm, [rad]. */
export interface SafetyContext {
  timeS: number
  /** Since the previous command [s]. */
  dtS: number
  readonly measuredQ: Float64Array
  /** The last command that went out, and its rate of change [rad/s]. */
  readonly previousCommand: Float64Array
  readonly previousVelocity: Float64Array
  /** Age of the oldest sensor the policy depends on [s]. */
  sensorAgeS: number
  /** Age of the oldest joint reading [s]. */
  jointAgeS: number
}

/**
 * `pass` untouched · `limited` changed to something safer · `hold` keep the arm where it is until the cause
 * has gone · `stop` end the run.
 */
export type SafetyVerdict = 'pass' | 'limited' | 'hold' | 'stop'

/** One rule. It narrows a command in place, never widens it, and never throws. */
export interface SafetyRule {
  readonly name: string
  apply(command: Float64Array, context: SafetyContext): SafetyVerdict
  /** Forgets what it has accumulated; called when a run begins. */
  reset(): void
}
