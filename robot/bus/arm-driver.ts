/** What a control loop needs from any arm, real, emulated or simulated. All joint values by arm order [rad]. */

export interface ArmReading {
  /** Time of the measurement on the loop's clock [s]. */
  stampS: number
  /** [numJoints] of the whole arm, gripper included. */
  readonly positionRad: Float64Array
  readonly velocityRadPerS: Float64Array
  /** Load as a share of stall torque, -1..1; 0 where unknown. */
  readonly load: Float64Array
  readonly voltageV: Float64Array
  readonly temperatureC: Float64Array
  /** Age of each joint's value [s]: 0 fresh, more when a reply was lost and the last value stands. */
  readonly ageS: Float64Array
}

/** What the calibration of an arm allows its joints [numJoints]. */
export interface CalibratedLimits {
  readonly lowerRad: Float64Array
  readonly upperRad: Float64Array
  /** Shares of the full torque. */
  readonly torqueShare: Float64Array
}

export interface ArmDriver {
  readonly name: string
  readonly jointNames: readonly string[]
  /** Left out by a driver that knows no calibration. */
  readonly calibrated?: CalibratedLimits
  /** Connects, identifies every servo and checks it; no torque yet. Throws ROBOT_… errors. */
  open(signal?: AbortSignal): Promise<void>
  /**
   * Writes the goal = present position and the limits, reads both back, then enables torque.
   * @param torqueShare - as in `limitTorque`; full torque when left out
   */
  enable(torqueShare?: Float64Array): Promise<void>
  /**
   * Reads all joints into `out`.
   * @param byS - when it has to be over, on the loop's clock [s]: what can wait, as asking a joint once more that was
   * not heard, is left to the next read then; left out: there is time
   */
  read(out: ArmReading, byS?: number): Promise<void>
  /**
   * Sends joint goals [numJoints], [rad], already made safe. Resolves to whether it did: a driver that has not heard
   * where the arm is keeps them back, and those sent last stand.
   */
  write(goalRad: Float64Array): Promise<boolean>
  /** Torque that the joints may use from now on, as shares of their full one [numJoints]. */
  limitTorque(share: Float64Array): Promise<void>
  /** Torque off; the caller has parked the arm. */
  disable(): Promise<void>
  /** Closes the connection and leaves torque as it is. Safe to call twice. */
  close(): Promise<void>
}
