import { describe, expect, it } from 'vitest'
import { playInSimulation } from '../../bridge/deploy/evaluate-simulation.ts'
import { evaluateInTwin } from '../../bridge/deploy/evaluate-twin.ts'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import { loadTaskActor } from '../../bridge/deploy/task-actor.ts'
import { summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import { listZoo } from '../../policy/file/policy-file.node.ts'
import { loadReality } from '../../sim/world/reality.node.ts'

/** Never used to train or to choose a policy. */
const HELD_OUT_SEED = 777_002
/** Lower end of the 95 % interval that each has to keep at its task's main threshold: any drift shows here. */
const PUSHING = { rapier: 0.85, mujoco: 0.8, twin: 0.8 }
const KEPT: Readonly<Record<string, typeof PUSHING>> = {
  'push-so101': PUSHING,
  'push-panda': PUSHING,
  // 93.7 % and 91.9 % by their cards.
  'lift-panda': { rapier: 0.82, mujoco: 0.78, twin: 0.78 },
  'pick-place-panda': { rapier: 0.8, mujoco: 0.76, twin: 0.76 },
}

const actors = await Promise.all(listZoo().map((name) => loadTaskActor({ name })))

describe.each(actors)('the shipped policy $name', (actor) => {
  const criteria = {
    thresholdsM: [actor.task.success.mainThresholdM],
    settledSpeedMPerS: actor.task.success.settledSpeedMPerS,
  }
  const lowEnd = (success: ReturnType<typeof summariseEpisodes>['success']) =>
    success[String(actor.task.success.mainThresholdM)]!.low

  it.each([
    ['rapier', 200],
    ['mujoco', 96],
  ] as const)('still solves held-out wide draws in %s', async (world, episodes) => {
    const outcomes = await playInSimulation(actor, {
      world,
      randomization: 'wide',
      episodes,
      seed: HELD_OUT_SEED,
    })
    expect(lowEnd(summariseEpisodes(outcomes, criteria).success)).toBeGreaterThan(
      KEPT[actor.name]![world],
    )
  })

  it.runIf(actor.arm.bus !== undefined)('still works through the servo bus', async () => {
    const { success, faults } = await evaluateInTwin(actor, {
      reality: loadReality('workshop'),
      config: loadDeployConfig(actor.arm.name),
      episodes: 24,
      seed: HELD_OUT_SEED,
      thresholdsM: criteria.thresholdsM,
      signal: new AbortController().signal,
    })
    expect(faults).toBe(0)
    expect(lowEnd(success)).toBeGreaterThan(KEPT[actor.name]!.twin)
  })
})
