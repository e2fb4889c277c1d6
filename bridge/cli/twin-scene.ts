import { readCard } from '../deploy/policy-card.node.ts'
import { BASELINES, type TaskActor } from '../deploy/task-actor.ts'
import type { RunScene } from '../viewer/frames.ts'
import { runScene } from '../viewer/run-scene.ts'

/** What there is to see of an actor on the emulated arm, beside how the baselines do in the same reality. */
export function twinScene(actor: TaskActor, reality: string): RunScene {
  const key = String(actor.task.success.mainThresholdM)
  const entries = actor.file === undefined ? [] : readCard(actor.name)
  const baselines = entries.filter(
    (entry) =>
      (BASELINES as readonly string[]).includes(entry.policy) &&
      entry.world === 'twin' &&
      entry.reality === reality,
  )
  return runScene(
    actor,
    'an emulated arm over its serial protocol',
    baselines.map(({ policy, success, episodes }) => ({
      name: policy,
      rate: success[key]?.rate ?? 0,
      episodes,
    })),
  )
}
