import { Lasting } from './lasting.ts'
import type { SafetyRule } from './safety-rule.ts'

/** Yields when a joint pushes with almost all it has and does not move: it is up against something. */
export function createStallRule(limits: {
  readonly load: number
  readonly speedRadPerS: number
  readonly durationS: number
}): SafetyRule {
  let stalled: Lasting[] = []
  return {
    name: 'stall',
    apply(command, { load, measuredVelocity, timeS }) {
      if (stalled.length === 0) stalled = Array.from(command, () => new Lasting())
      let isStalled = false
      for (let i = 0; i < command.length; i++) {
        const isPushing = Math.abs(load[i]!) >= limits.load
        const isStill = Math.abs(measuredVelocity[i]!) < limits.speedRadPerS
        if (stalled[i]!.update(isPushing && isStill, timeS) >= limits.durationS) isStalled = true
      }
      if (!isStalled) return 'pass'
      // Readings are of before the arm gave in for a while: that is no second time.
      for (const each of stalled) each.reset()
      return 'yield'
    },
    reset() {
      stalled = []
    },
  }
}
