import { Excitation } from '../../robot/model/excitation.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import { type ArmSessionOptions, type ArmSessionReport, runArmSession } from './arm-session.node.ts'
import { poseFor } from './soft-start.ts'
import { SESSION_RATE_HZ } from './source-cycles.ts'

export interface ExciteOptions extends Omit<ArmSessionOptions, 'joints'> {
  readonly amplitudeRad: number
  readonly durationS: number
  readonly recorder: Recorder
  readonly onProgress: (timeS: number) => void
}

/**
 * Moves an arm through an excitation about the configured pose and records what its servos were told and did.
 * Something in the way ends it.
 */
export function exciteArm(options: ExciteOptions): Promise<ArmSessionReport> {
  const { amplitudeRad, config, durationS, onProgress } = options
  return runArmSession(options, async ({ model }) => {
    const { leanRad, tool } = config.excitation
    const centre = poseFor(model, tool, leanRad, `excitation.tool of ${config.name}`)
    const excitation = new Excitation(model, centre, amplitudeRad, durationS)
    let cycles = 0
    return {
      begin: () => centre,
      next(timeS, target) {
        if (timeS >= excitation.durationS) return false
        excitation.at(timeS, target)
        if (cycles++ % SESSION_RATE_HZ === 0) onProgress(timeS)
        return true
      },
    }
  })
}
