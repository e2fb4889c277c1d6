import type { SafetyRule } from './safety-rule.ts'

/** Stops on a command, or a measured joint, that is not a finite number; the previous command stands. */
export function createNotANumberRule(): SafetyRule {
  return {
    name: 'notANumber',
    apply(command, context) {
      for (let i = 0; i < command.length; i++) {
        if (Number.isFinite(command[i]!) && Number.isFinite(context.measuredQ[i]!)) continue
        command.set(context.previousCommand)
        return 'stop'
      }
      return 'pass'
    },
    reset() {},
  }
}
