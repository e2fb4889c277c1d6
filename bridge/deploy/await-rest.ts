import type { Clock } from '../../robot/model/clock.ts'

/** All this long held and at rest [s]. */
const REST_S = 0.5
const REST_SPEED_RAD_PER_S = 0.05
const WATCH_PERIOD_S = 0.05

/**
 * Resolves when somebody holds an emulated arm and has brought it to rest, a referee may begin then; or after `mostS`,
 * however it is.
 */
export async function awaitRest(
  arm: { readonly isHeld: boolean; readonly velocityRadPerS: Float64Array },
  clock: Clock,
  signal?: AbortSignal,
  mostS = Number.POSITIVE_INFINITY,
): Promise<void> {
  const endS = clock.now() + mostS
  let restS = 0
  while (restS < REST_S && clock.now() < endS) {
    await clock.sleepUntil(clock.now() + WATCH_PERIOD_S, signal)
    const isStill = arm.velocityRadPerS.every((speed) => Math.abs(speed) < REST_SPEED_RAD_PER_S)
    restS = arm.isHeld && isStill ? restS + WATCH_PERIOD_S : 0
  }
}
