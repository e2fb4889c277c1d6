import type { SafetyRule } from './safety-rule.ts'

/** Yields when a joint pushes with almost all it has and does not move: it is up against something. */
export function createStallRule(limits: {
  readonly load: number
  readonly speedRadPerS: number
  readonly durationS: number
}): SafetyRule {
  let stalledSinceS: Float64Array | undefined
  return {
    name: 'stall',
    apply(command, { load, measuredVelocity, timeS }) {
      stalledSinceS ??= new Float64Array(command.length).fill(Number.NaN)
      let isStalled = false
      for (let i = 0; i < command.length; i++) {
        const isPushing = Math.abs(load[i]!) >= limits.load
        const isStill = Math.abs(measuredVelocity[i]!) < limits.speedRadPerS
        if (!isPushing || !isStill) stalledSinceS[i] = Number.NaN
        else if (Number.isNaN(stalledSinceS[i]!)) stalledSinceS[i] = timeS
        if (timeS - stalledSinceS[i]! >= limits.durationS) isStalled = true
      }
      return isStalled ? 'yield' : 'pass'
    },
    reset() {
      stalledSinceS = undefined
    },
  }
}
