import { packageVersion } from '../../configs/load/load.node.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { runScene } from '../viewer/run-scene.ts'
import { type Recorder, type RecorderOptions, startRecorder } from './recorder.node.ts'

export interface RunFacts {
  readonly actor: TaskActor
  readonly config: DeployConfig
  readonly calibration: ArmCalibration
  readonly seed: number
}

/** A recorder for a run on an arm, with all that the run was made of as metadata. */
export function recordRun(
  file: string,
  { actor, config, calibration, seed }: RunFacts,
  onLost: RecorderOptions['onLost'],
): Promise<Recorder> {
  const version = packageVersion()
  return startRecorder({
    file,
    library: `sim2arm ${version}`,
    metadata: {
      version,
      policy: actor.name,
      policyDigest: actor.file?.metadata.digest ?? '',
      task: actor.task.name,
      scene: JSON.stringify(runScene(actor, 'a recording')),
      control: JSON.stringify(actor.spec.control),
      config: JSON.stringify(config),
      calibration: JSON.stringify(calibration),
      seed: String(seed),
    },
    onLost,
  })
}
