import { loadConfig } from '../../configs/load/load.node.ts'
import { PpoSchema } from '../../policy/algorithms/ppo.schema.ts'
import { readAndDispose } from '../../policy/backends/read-and-dispose.ts'
import type { UpdateSizes } from '../../policy/backends/update-workload.ts'
import {
  type GradientThreads,
  startGradientThreads,
} from '../../policy/learning/gradient-threads.node.ts'
import { roomToPrepare } from '../../policy/learning/prepared-rollout.ts'
import { rolloutBytes, rolloutOn } from '../../policy/learning/rollout.ts'
import { cutIntoSequences, type Sequence } from '../../policy/learning/sequences.ts'
import {
  type ActorCritic,
  actorCriticShapes,
  actorCriticVector,
  createActorCritic,
} from '../../policy/networks/actor-critic.ts'
import { RandomStream } from '../../robot/model/random.ts'

const STEP = { learningRate: 3e-4, maxNorm: 1 }

/** The update of `UpdateWorkload`, shared out among threads as training does it. Runs from `dist/` only. */
export class SharedUpdate {
  readonly #gradients: GradientThreads
  readonly #networks: ActorCritic
  readonly #sequences: readonly Sequence[]

  private constructor(
    gradients: GradientThreads,
    networks: ActorCritic,
    sequences: readonly Sequence[],
  ) {
    this.#gradients = gradients
    this.#networks = networks
    this.#sequences = sequences
  }

  /** @param threads - in all, this one included; a backend is started and current */
  static async start(sizes: UpdateSizes, threads: number): Promise<SharedUpdate> {
    const { actorHidden, criticHidden, steps, batch, observation, critic, action } = sizes
    const widths = { embed: actorHidden, hidden: actorHidden, head: actorHidden, criticHidden }
    const shipped = loadConfig('algorithms', 'ppo', PpoSchema)
    const config = { ...shipped, network: { ...shipped.network, ...widths } }
    const shapes = actorCriticShapes({ network: config.network, sizes })
    const rows = { observation, critic, action, state: 2 * actorHidden, label: 0 }
    const minibatch = { steps, batch, ...rows }
    const gradients = await startGradientThreads({
      ...{ count: threads - 1, config, shapes, minibatch },
      nowS: () => performance.now() / 1000,
    })
    const random = new RandomStream(1)
    const { whole, actor, critic: criticPart } = actorCriticVector(shapes)
    for (let k = 0; k < whole.length; k++) whole[k] = 0.05 * random.normal()
    const networks = createActorCritic(shapes, { actor, critic: criticPart })
    return new SharedUpdate(gradients, networks, drawSequences(sizes, random))
  }

  /** Gradients by all threads, and one Adam step for each network. */
  async step(): Promise<void> {
    const { actor, critic } = this.#networks
    const gradients = await this.#gradients.compute(this.#networks, this.#sequences)
    const norms = [actor.step(gradients.actor, STEP), critic.step(gradients.critic, STEP)]
    await Promise.all([gradients.figures, ...norms].map(readAndDispose))
    for (const tensor of [...gradients.actor, ...gradients.critic]) tensor.dispose()
  }

  async close(): Promise<void> {
    await this.#gradients.close()
    this.#networks.actor.dispose()
    this.#networks.critic.dispose()
  }
}

/** One sequence of random data for each row of the minibatch. */
function drawSequences(sizes: UpdateSizes, random: RandomStream): Sequence[] {
  const { steps, batch, observation, critic, action, actorHidden } = sizes
  const shape = {
    ...{ steps, segments: 1, numEnvs: batch, chunkSteps: steps, state: 2 * actorHidden },
    ...{ observation, critic, action, label: 0, goal: 0 },
  }
  const draw = (length: number) => Float32Array.from({ length }, () => random.normal())
  const share = (bytes: number) => new SharedArrayBuffer(bytes)
  const rollout = rolloutOn(shape, share(rolloutBytes(shape)))
  const rows = steps * batch
  rollout.action.set(draw(rows * action))
  rollout.logProb.set(draw(rows).map((value) => value - 3))
  rollout.keepState.fill(1)
  rollout.chunkState.set(draw(rollout.chunkState.length))
  const prepared = roomToPrepare(rollout, share)
  for (const values of [
    prepared.observation,
    prepared.critic,
    prepared.advantage,
    prepared.target,
  ]) {
    values.set(draw(values.length))
  }
  return cutIntoSequences([prepared])
}
