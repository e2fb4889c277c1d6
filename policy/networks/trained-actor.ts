import type { RandomStream } from '../../robot/model/random.ts'
import type { NamedArrays } from '../learning/checkpoint.ts'
import type { ActingPolicy } from '../learning/rollout-source.ts'
import {
  type ActorWeightName,
  actorLayout,
  exportActor,
  importActor,
  initialActorWeights,
} from './actor.ts'
import { type ActorParameters, type ActorShape, actorShape } from './actor-parameters.ts'
import { AveragedWeights } from './averaged-weights.ts'
import {
  adoptScale,
  createNormaliser,
  mergeRows,
  type NormaliserState,
  normaliseRows,
  restoreNormaliser,
  saveNormaliser,
} from './running-normaliser.ts'
import { TrainedWeights } from './trained-weights.ts'

export interface TrainedActorOptions {
  readonly config: {
    readonly network: Parameters<typeof actorShape>[0] & { readonly normClip: number }
    /** Standard deviation of what is added to its actions. */
    readonly noise: number
    /** Decay of the average of its weights. */
    readonly averaging: number
  }
  readonly sizes: { readonly observation: number; readonly action: number }
  /** Weights and normaliser to begin with; its normaliser then stays as it is. */
  readonly warmStart: ActorParameters | undefined
  readonly random: RandomStream
}

/** An actor that learns under fixed noise: weights, their average, and what scales its input. Owns tensors. */
export class TrainedActor {
  readonly shape: ActorShape
  readonly weights: TrainedWeights<ActorWeightName>
  readonly #average: AveragedWeights
  readonly #normaliser: NormaliserState
  readonly #isNormaliserFixed: boolean
  readonly #normClip: number
  readonly #logStd: number

  constructor({ config, sizes, warmStart, random }: TrainedActorOptions) {
    this.shape = warmStart?.shape ?? actorShape(config.network, sizes)
    this.#normClip = config.network.normClip
    this.#logStd = Math.log(config.noise)
    const initial = warmStart
      ? importActor(warmStart, this.#logStd)
      : initialActorWeights(this.shape, this.#logStd, random)
    this.weights = new TrainedWeights(actorLayout(this.shape), initial)
    this.#average = new AveragedWeights(initial, config.averaging)
    this.#normaliser = createNormaliser(sizes.observation)
    this.#isNormaliserFixed = warmStart !== undefined
    if (warmStart) {
      adoptScale(this.#normaliser, warmStart.tensors.normMean, warmStart.tensors.normStd)
    }
  }

  async policy(): Promise<ActingPolicy> {
    return this.#policyOf(await this.weights.flat())
  }

  averagedPolicy(): ActingPolicy {
    return this.#policyOf(this.#average.mean)
  }

  /** Takes the weights as they are now into their average. */
  async average(): Promise<void> {
    this.#average.add(await this.weights.flat())
  }

  /** Takes observations [rows, observation] into the normaliser, unless that came with a warm start. */
  mergeStatistics(observation: Float32Array): void {
    if (!this.#isNormaliserFixed) mergeRows(this.#normaliser, observation)
  }

  /** @param out - may be the same array */
  normalise(observation: Float32Array, out: Float32Array): void {
    normaliseRows(this.#normaliser, this.#normClip, observation, out)
  }

  async save(): Promise<NamedArrays> {
    return {
      ...(await this.weights.save('actor')),
      ...this.#average.save('averagedActor'),
      ...saveNormaliser('actorNormaliser', this.#normaliser),
    }
  }

  restore(saved: NamedArrays): void {
    this.weights.restore('actor', saved)
    this.#average.restore('averagedActor', saved)
    restoreNormaliser('actorNormaliser', this.#normaliser, saved)
  }

  dispose(): void {
    this.weights.dispose()
  }

  #policyOf(flat: Float32Array): ActingPolicy {
    const actor = exportActor({
      ...{ shape: this.shape, flat, normaliser: this.#normaliser, normClip: this.#normClip },
    })
    return { actor, logStd: new Float32Array(this.shape.action).fill(this.#logStd) }
  }
}
