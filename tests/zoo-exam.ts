import { expect } from 'vitest'
import { playInSimulation } from '../bridge/deploy/evaluate-simulation.ts'
import { loadTaskActor, type TaskActor } from '../bridge/deploy/task-actor.ts'
import { summariseEpisodes } from '../policy/evaluate/evaluation.ts'
import { listZoo } from '../policy/file/policy-file.node.ts'

/** Never used to train or to choose a policy. */
export const HELD_OUT_SEED = 777_002

/** Every shipped policy, ready to play. */
export function loadZoo(): Promise<TaskActor[]> {
  return Promise.all(listZoo().map((name) => loadTaskActor({ name })))
}

/** What an actor's task counts as success. */
export function criteriaOf({ task: { success } }: TaskActor) {
  return {
    thresholdsM: [success.mainThresholdM],
    settledSpeedMPerS: success.settledSpeedMPerS,
  }
}

/** Lower end of the 95 % interval at the task's main threshold. */
export function lowEnd(
  { task }: TaskActor,
  success: ReturnType<typeof summariseEpisodes>['success'],
): number {
  return success[String(task.success.mainThresholdM)]!.low
}

/** What each is trained and judged with. */
const randomizationOf = (policy: string): string =>
  policy === 'slide-panda' ? 'friction-20' : 'wide'

/** Plays held-out draws; the lower end of the interval has to keep `kept`: any drift shows here. */
export async function examine(
  actor: TaskActor,
  { world, episodes, kept }: { world: 'rapier' | 'mujoco'; episodes: number; kept: number },
): Promise<void> {
  const outcomes = await playInSimulation(actor, {
    ...{ world, episodes, seed: HELD_OUT_SEED },
    randomization: randomizationOf(actor.name),
  })
  const { success } = summariseEpisodes(outcomes, criteriaOf(actor))
  expect(lowEnd(actor, success)).toBeGreaterThan(kept)
}
