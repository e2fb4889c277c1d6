/** What an arm was told and what it did, one entry per set-point cycle. */
export interface ArmTrack {
  readonly jointNames: readonly string[]
  /** When the first command went out, since 1970 [s]. */
  readonly beganS: number
  /** When each command went out, since the first [s]. */
  readonly timeS: Float64Array
  /** What was measured in the same cycle, before the command [cycles][numJoints], [rad]. */
  readonly measured: readonly Float64Array[]
  readonly command: readonly Float64Array[]
}
