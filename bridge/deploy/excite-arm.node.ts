import type { Recorder } from '../recording/recorder.node.ts'
import { type ArmSessionOptions, runArmSession } from './arm-session.node.ts'
import { createExcitationSource, type ExcitationOptions } from './excitation-source.ts'
import type { ArmSessionReport } from './follow-source.ts'

export interface ExciteOptions extends Omit<ArmSessionOptions, 'joints'>, ExcitationOptions {
  readonly recorder: Recorder
}

/** Moves an arm through an excitation and records what its servos were told and did. */
export function exciteArm(options: ExciteOptions): Promise<ArmSessionReport> {
  return runArmSession(options, (session) => createExcitationSource(session, options))
}
