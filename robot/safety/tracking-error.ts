import type { SafetyRule } from './safety-rule.ts'

/** Yields when a joint stays far from its command: jammed, collided, or its horn slipped. */
export function createTrackingErrorRule(maxErrorRad: number, durationS: number): SafetyRule {
  let beganS = Number.NaN
  return {
    name: 'trackingError',
    apply(command, context) {
      let isFar = false
      for (let i = 0; i < command.length; i++) {
        if (Math.abs(context.previousCommand[i]! - context.measuredQ[i]!) > maxErrorRad)
          isFar = true
      }
      if (!isFar) beganS = Number.NaN
      else if (Number.isNaN(beganS)) beganS = context.timeS
      return context.timeS - beganS >= durationS ? 'yield' : 'pass'
    },
    reset() {
      beganS = Number.NaN
    },
  }
}
