import { describe, expect, it } from 'vitest'
import { createWorkerSource } from '../../dist/policy/learning/worker-source.node.js'
import { fastestKernels } from '../../policy/kernels/native/load-wide-gemm.node.ts'
import { collectRollout, type Player } from '../../policy/learning/collect.ts'
import { rolloutShape } from '../../policy/learning/local-source.ts'
import { type Rollout, rolloutBytes, rolloutOn } from '../../policy/learning/rollout.ts'
import type { RolloutRequest } from '../../policy/learning/rollout-source.ts'
import { exportActor, initialActorWeights } from '../../policy/networks/actor.ts'
import { createNormaliser } from '../../policy/networks/running-normaliser.ts'
import { createActorRunner } from '../../policy/runtime/actor-runner.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { createTaskEnv, type TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import { randomization, so101, task } from '../sim/push-setup.ts'

const ARMS_PER_WORLD = 2
const EPISODE_S = 2
const PLAY = {
  goalsPerEpisode: 1,
  chunkSteps: 25,
  network: { embed: 4, hidden: 4, head: 4 },
  horizon: 'truncated',
} as const

const CONFIG: TaskEnvConfig = {
  arm: so101,
  task: { ...task, arms: task.arms.map((each) => ({ ...each, episodeS: EPISODE_S })) },
  randomization: randomization('wide'),
  engine: { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 },
}

function requestFor(observation: number, action: number): RolloutRequest {
  const shape = { observation, ...PLAY.network, action }
  const actor = exportActor({
    shape,
    flat: initialActorWeights(shape, -0.5, new RandomStream(1)),
    normaliser: createNormaliser(observation),
    normClip: 6,
  })
  const policy = { actor, logStd: new Float32Array(action).fill(-0.5) }
  return { policy, seed: 3, iteration: 2, episode: 64, width: 1 }
}

/** Everything in a rollout, by name, away from the memory that the next one is written to. */
function copyOf({ shape: _, ...arrays }: Rollout) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]))
}

describe('a rollout of many worlds', () => {
  it('is the same to the last bit for any number of workers, arms in a world and seed given', async () => {
    const worlds = 3
    // One thread plays the worlds one after the other, in whatever order.
    const env = await createTaskEnv(CONFIG, { numEnvs: ARMS_PER_WORLD })
    const request = requestFor(env.observationSize, env.actionSize)
    const shape = rolloutShape(env, PLAY)
    const rollout = rolloutOn(shape, new ArrayBuffer(rolloutBytes(shape)))
    const runner = createActorRunner(request.policy.actor, ARMS_PER_WORLD, fastestKernels())
    const alone = [2, 0, 1].map((world) => {
      const player: Player = { env, runner, firstEnv: world * ARMS_PER_WORLD, nowS: () => 0 }
      collectRollout(player, { request, horizon: PLAY.horizon }, rollout)
      return { world, rollout: copyOf(rollout) }
    })
    env.dispose()
    const source = await createWorkerSource({
      ...PLAY,
      workers: worlds,
      numEnvs: worlds * ARMS_PER_WORLD,
      environment: {
        module: new URL('../../dist/sim/world/create-task-env.js', import.meta.url).href,
        factory: 'createTaskEnv',
        config: CONFIG,
      },
    })
    try {
      const { rollouts, numNonFinite } = await source.collect(request)
      expect(numNonFinite).toBe(0)
      for (const each of alone) expect(copyOf(rollouts[each.world]!)).toEqual(each.rollout)
      // They are not all the same anyhow.
      expect(alone[0]!.rollout).not.toEqual(alone[1]!.rollout)
    } finally {
      await source.close()
    }
  })
})
