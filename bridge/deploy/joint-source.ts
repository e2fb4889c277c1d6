/** Says where an arm's joints are to be, in the order of the session's model [numJoints], [rad]. */
export interface JointSource {
  /** Where it begins: the arm is moved there slowly before the first `next`. */
  begin(): Float64Array | Promise<Float64Array>
  /**
   * Writes the target of this cycle; false ends the session. The arm has been read and stands where it stands.
   * @param timeS - since the session's start [s]
   */
  next(timeS: number, target: Float64Array): boolean | Promise<boolean>
  /**
   * The arm may go on, from where it is now, after it gave in to something in its way or was not this source's. A source
   * without this ends when the arm gives in.
   */
  goOn?(): void
}
