/** At which teleoperation sends and records, LeRobot's default [1/s]. */
export const FRAME_RATE_HZ = 30
const MAX_SHIFT_FRAMES = 10

export interface ReplayResponse {
  /** Shift of commands sent at the frame rate that fits the response best, in frames and as a time. */
  readonly lagFrames: number
  readonly lagS: number
  /** What is left at the best whole frame, root of the mean square [rad]. */
  readonly residualRad: number
}

/**
 * How late the states of a joint follow its actions, one of each per frame, each state read before its action is sent.
 *
 * @param fromS - what came before does not count
 * @param isCentred - whether a constant difference counts for nothing
 */
export function bestShift(
  actions: readonly number[],
  states: readonly number[],
  { fromS, isCentred }: { readonly fromS: number; readonly isCentred: boolean },
): ReplayResponse {
  const residualAt = (shift: number): number => {
    const errors: number[] = []
    for (let k = Math.ceil(fromS * FRAME_RATE_HZ); k < states.length; k++) {
      const place = k - shift
      const below = Math.floor(place)
      const share = place - below
      const action = (1 - share) * actions[below]! + share * (actions[below + 1] ?? 0)
      errors.push(states[k]! - action)
    }
    const centre = isCentred ? errors.reduce((sum, error) => sum + error, 0) / errors.length : 0
    return Math.sqrt(errors.reduce((sum, e) => sum + (e - centre) ** 2, 0) / errors.length)
  }
  const shifts = Array.from({ length: 10 * MAX_SHIFT_FRAMES + 1 }, (_, k) => k / 10)
  const best = (among: readonly number[]) =>
    among.reduce((least, shift) => (residualAt(shift) < residualAt(least) ? shift : least))
  const lagFrames = best(shifts)
  const wholeFrame = best(shifts.filter(Number.isInteger))
  return {
    lagFrames,
    lagS: lagFrames / FRAME_RATE_HZ,
    residualRad: residualAt(wholeFrame),
  }
}
