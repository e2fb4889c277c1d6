import { Lasting } from './lasting.ts'
import type { SafetyRule } from './safety-rule.ts'

/**
 * Yields when a joint stays far from its command: jammed, collided, or its horn slipped.
 * @param maxErrorRad - [numJoints], [rad]
 */
export function createTrackingErrorRule(
  maxErrorRad: ArrayLike<number>,
  durationS: number,
): SafetyRule {
  const far = new Lasting()
  return {
    name: 'trackingError',
    apply(command, context) {
      let isFar = false
      for (let i = 0; i < command.length; i++) {
        const error = Math.abs(context.previousCommand[i]! - context.measuredQ[i]!)
        if (error > maxErrorRad[i]!) isFar = true
      }
      return far.update(isFar, context.timeS) >= durationS ? 'yield' : 'pass'
    },
    reset: () => far.reset(),
  }
}
