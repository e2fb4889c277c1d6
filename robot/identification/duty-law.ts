import type { ServoLog } from './servo-log.ts'
import type { ServoFirmware } from './servo-rollout.ts'

/** Duties below this say little, as registers have whole counts. */
const LEAST_DUTY = 0.05

/**
 * The duty that a log's register shows over the duty that the firmware's law gives, by least squares: 1 where
 * gain and law are right. Undefined where the log or the servo has no such register.
 */
export function dutyLawRatio(log: ServoLog, firmware: ServoFirmware): number | undefined {
  const { dutyRegister, dutyPerRad, maxDuty } = firmware
  if (dutyRegister === undefined) return undefined
  let both = 0
  let squares = 0
  for (let i = 0; i < log.timeS.length; i++) {
    const law = dutyPerRad * log.gain * (log.goalRad[i]! - log.positionRad[i]!)
    const shown = log.dutyTicks[i]! / dutyRegister
    if (log.isOn[i] === 0 || Number.isNaN(shown)) continue
    if (Math.abs(law) < LEAST_DUTY || Math.abs(law) >= maxDuty) continue
    both += law * shown
    squares += law * law
  }
  return squares === 0 || both === 0 ? undefined : both / squares
}
