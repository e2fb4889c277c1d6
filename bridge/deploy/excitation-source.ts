import { Excitation } from '../../robot/model/excitation.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { ArmSession } from './follow-source.ts'
import type { JointSource } from './joint-source.ts'
import { poseFor } from './soft-start.ts'
import { SESSION_RATE_HZ } from './source-cycles.ts'

export interface ExcitationOptions {
  readonly config: DeployConfig
  readonly amplitudeRad: number
  readonly durationS: number
  readonly onProgress: (timeS: number) => void
}

/** An excitation about the configured pose. Something in the way ends it. Throws ROBOT_UNREACHABLE. */
export async function createExcitationSource(
  { model }: Pick<ArmSession, 'model'>,
  { amplitudeRad, config, durationS, onProgress }: ExcitationOptions,
): Promise<JointSource> {
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
}
