import type { TaskActor } from '../deploy/task-actor.ts'
import type { Baseline, RunScene } from './frames.ts'

/** What there is to see of an actor on its arm, the table as the task knows it. */
export function runScene(
  actor: Pick<TaskActor, 'arm' | 'kind' | 'model' | 'onArm' | 'task'>,
  source: string,
  baselines: readonly Baseline[] = [],
): RunScene {
  const { objects, table } = actor.onArm
  return {
    shows: 'run',
    title: `${actor.task.name} · ${actor.arm.title}`,
    source,
    arm: actor.arm,
    joints: actor.model.jointNames,
    world: {
      objects: objects.map(({ kind, halfSizeM }) => ({ kind, halfSizeM })),
      table: { heightM: table.heightM, tiltXRad: 0, tiltYRad: 0 },
    },
    thresholdM: actor.task.success.mainThresholdM,
    actor: actor.kind,
    baselines,
  }
}
