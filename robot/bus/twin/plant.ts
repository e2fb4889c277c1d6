/**
 * What an emulated servo bus moves: one mechanical joint per servo, driven by PWM duty, not by
 * position; the position loop is the servo's firmware (register side). Times in seconds, SI.
 */
export interface Plant {
  readonly numServos: number
  /** Advances the mechanics to `timeS`; `duty` [numServos] in -1..1, `isPowered` false = free wheeling. */
  advance(timeS: number, control: ServoControl): void
  /** Output-shaft angle [rad] in URDF joint coordinates, as the servo's encoder sees it (zero offset included). */
  readonly positionRad: Float64Array
  readonly velocityRadPerS: Float64Array
  /** Motor current [A], signed like the torque. */
  readonly currentA: Float64Array
  readonly temperatureC: Float64Array
  /** Supply at the servo, sag included [V]. */
  readonly supplyV: Float64Array
  /** Places of joints that cannot turn: jammed gears. Change it at any time. */
  readonly blocked: Set<number>
  /** Time the mechanics have reached [s]. */
  readonly timeS: number
}

/** Called by the plant at each of its own time steps: firmware inside the servos. */
export interface ServoControl {
  /** Fills `duty` [numServos], -1..1, from the present state. NaN = torque off. */
  dutyAt(timeS: number, plant: Plant, duty: Float64Array): void
}
