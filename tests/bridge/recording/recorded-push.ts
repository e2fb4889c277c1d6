import { writeFileSync } from 'node:fs'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { createScriptedStepper } from '../../../bridge/deploy/scripted-stepper.ts'
import { runVirtualDeployment } from '../../../bridge/deploy/virtual-deployment.ts'
import { encodeRecording } from '../../../bridge/recording/encode-recording.ts'
import { createRecordTap } from '../../../bridge/recording/record-tap.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { restingScene } from '../../../bridge/viewer/resting-scene.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { createControlSpec } from '../../../robot/io/spec.ts'
import { createSolver } from '../../../sim/solvers/index.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'
import { model, onArm, so101, task } from '../../sim/push-setup.ts'
import { EPOCH_S } from './record-loop.ts'

/** Seconds of an episode, and how many of them a second has. */
export const EPISODE_S = onArm.episodeS
export const POLICY_RATE_HZ = onArm.control.policyRateHz

const spec = createControlSpec(model, onArm.control)

/** What `demo --record` records of the scripted pusher on the emulated SO-101, on virtual time. */
export async function pushMessages(episodes: number): Promise<RecordedMessage[]> {
  const messages: RecordedMessage[] = []
  const recorder = { write: (batch: readonly RecordedMessage[]) => void messages.push(...batch) }
  await runVirtualDeployment({
    ...{ arm: so101, task, spec, episodes, firstEpisode: 0, seed: 2 },
    reality: loadReality('nominal'),
    config: loadDeployConfig('so101'),
    policy: createScriptedStepper(createSolver(task, { spec, onArm, model })),
    signal: new AbortController().signal,
    createTap: ({ jointNames }) =>
      createRecordTap({ sinks: [recorder], jointNames, epochOffsetS: EPOCH_S, frame: 'base' }),
  })
  return messages
}

/** Writes such messages as a recording. @param metadata - instead of what it says about itself */
export async function writePush(
  file: string,
  messages: readonly RecordedMessage[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = await encodeRecording('test', messages, {
    task: task.name,
    control: JSON.stringify(spec.control),
    scene: JSON.stringify(restingScene(so101)),
    calibration: JSON.stringify(nominalCalibration(so101)),
    ...metadata,
  })
  writeFileSync(file, bytes)
}
