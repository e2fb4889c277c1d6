/** What an arm was told and what it did, one entry per set-point cycle. */
export interface ArmTrack {
  readonly jointNames: readonly string[]
  /** When the first command went out, since 1970 [s]. */
  readonly beganS: number
  /** When each command went out, since the first [s]. */
  readonly timeS: Float64Array
  /** When each was measured, since the first command [s]; left out: when the cycle's command went out. */
  readonly measuredS?: Float64Array
  /** What was measured in the same cycle, before the command [cycles][numJoints], [rad]. */
  readonly measured: readonly Float64Array[]
  readonly command: readonly Float64Array[]
}

/** A track as parts of even length, none longer than `longestS` [s]; a short one as it is. */
export function cutTrack(track: ArmTrack, longestS: number): ArmTrack[] {
  const { command, measured, measuredS, timeS } = track
  const parts = Math.ceil((timeS.at(-1)! - timeS[0]!) / longestS)
  if (parts <= 1) return [track]
  const each = Math.ceil(timeS.length / parts)
  return Array.from({ length: parts }, (_, k) => {
    const [from, to] = [k * each, (k + 1) * each]
    return {
      ...track,
      timeS: timeS.subarray(from, to),
      ...(measuredS && { measuredS: measuredS.subarray(from, to) }),
      measured: measured.slice(from, to),
      command: command.slice(from, to),
    }
  })
}
