import type { FirstRunWatch } from '../deploy/first-run.ts'
import type { ProvenCalibration } from '../deploy/proven-calibration.node.ts'
import type { CommandContext } from './command.ts'

/** Tells how the first run with a calibration goes, and remembers that it went well. */
export function watchFirstRun(
  out: CommandContext['out'],
  proven: ProvenCalibration,
): FirstRunWatch {
  out.line(
    'First run with this calibration: every joint is tried by a few degrees, then the policy',
  )
  out.line(
    'acts while the arm holds, then slowly, then at full speed. Look which way the joints turn.',
  )
  return {
    onChecked(directions) {
      out.event({ type: 'directions', joints: directions })
      for (const { joint, movedRad } of directions) {
        const degrees = (movedRad * 180) / Math.PI
        out.line(`${joint} went by ${degrees.toFixed(1)}°, as sent`)
      }
    },
    onStage(stage) {
      out.event({ type: 'firstRun', stage })
      out.line(stage === 'slow' ? 'the policy moves the arm, slowly' : 'full speed')
    },
    onProven() {
      if (proven.remember() !== undefined) return
      out.line(
        'This could be remembered nowhere: the next run with this calibration does it again.',
      )
    },
  }
}
