import { packageVersion } from '../../configs/load/load.node.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { RunScene } from '../viewer/frames.ts'
import { restingScene } from '../viewer/resting-scene.ts'
import { runScene } from '../viewer/run-scene.ts'
import { type Recorder, type RecorderOptions, startRecorder } from './recorder.node.ts'

export interface RunFacts {
  readonly actor: TaskActor
  readonly config: DeployConfig
  /** Null for an arm whose own controllers know its zeros. */
  readonly calibration: ArmCalibration | null
  readonly seed: number
}

/** A recorder for an arm by itself, without policy and task. */
export function recordArm(
  file: string,
  facts: {
    readonly arm: ArmDescription
    readonly config: DeployConfig
    readonly calibration: ArmCalibration
  },
  onLost: RecorderOptions['onLost'],
): Promise<Recorder> {
  const { arm, calibration, config } = facts
  const scene = { ...restingScene(arm), source: 'a recording' }
  return startArmRecorder(file, { scene, config, calibration, texts: {} }, onLost)
}

/** A recorder for a run on an arm, with all that the run was made of as metadata. */
export function recordRun(
  file: string,
  { actor, config, calibration, seed }: RunFacts,
  onLost: RecorderOptions['onLost'],
): Promise<Recorder> {
  const texts = {
    policy: actor.name,
    policyDigest: actor.file?.metadata.digest ?? '',
    task: actor.task.name,
    control: JSON.stringify(actor.spec.control),
    seed: String(seed),
  }
  const scene = runScene(actor, 'a recording')
  return startArmRecorder(file, { scene, config, calibration, texts }, onLost)
}

function startArmRecorder(
  file: string,
  facts: {
    readonly scene: RunScene
    readonly config: DeployConfig
    readonly calibration: ArmCalibration | null
    readonly texts: Readonly<Record<string, string>>
  },
  onLost: RecorderOptions['onLost'],
): Promise<Recorder> {
  const version = packageVersion()
  const { calibration, config, scene, texts } = facts
  return startRecorder({
    file,
    library: `sim2arm ${version}`,
    metadata: {
      version,
      ...texts,
      scene: JSON.stringify(scene),
      config: JSON.stringify(config),
      calibration: JSON.stringify(calibration),
    },
    onLost,
  })
}
