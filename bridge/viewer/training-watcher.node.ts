import type { EnvironmentWatcher } from '../../policy/learning/environment-watcher.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import { importTask } from '../../sim/tasks/import-task.node.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import { TaskEnv } from '../../sim/world/task-env.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import type { Draws, SampleScene, WorldStates } from './frames.ts'
import { createSampleFrames } from './sample-frames.ts'

/** What is told of the arms of a training. */
export type TrainingSight =
  | { readonly kind: 'scene'; readonly scene: SampleScene }
  | ({ readonly kind: 'draws' } & Draws)
  | ({ readonly kind: 'worlds' } & WorldStates)

export interface TrainingWatchConfig {
  /** Of the training's environments. */
  readonly environment: TaskEnvConfig
  /** How many arms are looked at, at most. */
  readonly count: number
  /** Least time between two looks, of the wall clock [s]. */
  readonly periodS: number
}

/** Looks at the arms of a training while it plays them: their draws, and now and then where they are. */
export async function watchTraining(
  { count, environment, periodS }: TrainingWatchConfig,
  env: VecEnv,
  post: (message: TrainingSight) => void,
): Promise<EnvironmentWatcher> {
  if (!(env instanceof TaskEnv)) return { began() {}, stepped() {} }
  const { arm, randomization, task } = environment
  const { definition } = await importTask(task)
  const onArm = taskOnArm(task, arm.name, definition)
  const model = compileControlled(arm, onArm.control)
  const name = 'the policy in training'
  const frames = createSampleFrames(
    { name, arm, model, task, onArm },
    env,
    randomization.name,
    count,
  )
  post({ kind: 'scene', scene: { ...frames.scene, playedBy: { kind: 'training' } } })
  let first = 0
  let lookedMs = Number.NEGATIVE_INFINITY
  return {
    began(episode) {
      first = episode
      post({ kind: 'draws', ...frames.draws(episode) })
    },
    stepped() {
      const nowMs = performance.now()
      if (nowMs - lookedMs < 1000 * periodS) return
      lookedMs = nowMs
      post({ kind: 'worlds', ...frames.states(first) })
    },
  }
}
