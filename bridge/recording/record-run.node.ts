import { packageVersion } from '../../configs/load/load.node.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { RunScene } from '../viewer/frames.ts'
import { restingScene } from '../viewer/resting-scene.ts'
import { runScene } from '../viewer/run-scene.ts'
import { startPatientRecorder } from './patient-recorder.node.ts'
import { type Recorder, type RecorderOptions, startRecorder } from './recorder.node.ts'

export interface RunFacts {
  readonly actor: TaskActor
  readonly config: DeployConfig
  /** Null for an arm whose own controllers know its zeros. */
  readonly calibration: ArmCalibration | null
  readonly seed: number
  /** Virtual time waits for the disk; else what it cannot take in time is left out. */
  readonly isVirtual?: boolean
}

/** A recorder for an arm by itself, without policy and task. */
export function recordArm(
  file: string,
  facts: {
    readonly arm: ArmDescription
    readonly config: DeployConfig
    readonly calibration: ArmCalibration
    readonly isVirtual?: boolean
  },
  onLost: RecorderOptions['onLost'],
): Promise<Recorder> {
  const { arm, calibration, config, isVirtual = false } = facts
  const scene = { ...restingScene(arm), source: 'a recording' }
  return startArmRecorder(file, { scene, config, calibration, isVirtual, texts: {} }, onLost)
}

/** A recorder for a run on an arm, with all that the run was made of as metadata. */
export function recordRun(
  file: string,
  { actor, config, calibration, seed, isVirtual = false }: RunFacts,
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
  return startArmRecorder(file, { scene, config, calibration, isVirtual, texts }, onLost)
}

function startArmRecorder(
  file: string,
  facts: {
    readonly scene: RunScene
    readonly config: DeployConfig
    readonly calibration: ArmCalibration | null
    readonly isVirtual: boolean
    readonly texts: Readonly<Record<string, string>>
  },
  onLost: RecorderOptions['onLost'],
): Promise<Recorder> {
  const version = packageVersion()
  const { calibration, config, isVirtual, scene, texts } = facts
  const start = isVirtual ? startPatientRecorder : startRecorder
  return start({
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
