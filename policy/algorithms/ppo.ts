/**
 * Recurrent PPO (Schulman et al. 2017) with a privileged, feed-forward critic, top to bottom:
 *
 *   rollouts → normalise → values → advantages (GAE) → sequences of `chunkSteps` from stored states →
 *   epochs of minibatches: dually clipped policy loss, value loss, one Adam step each → learning rate by KL →
 *   average of the weights over updates, which is the policy that is evaluated and kept
 */
import * as tf from '@tensorflow/tfjs-core'
import { RandomStream } from '../../robot/model/random.ts'
import { readAndDispose } from '../backends/read-and-dispose.ts'
import { type NamedArrays, savedArray } from '../learning/checkpoint.ts'
import type { GradientSource } from '../learning/gradient-source.ts'
import { type PreparedRollout, roomToPrepare } from '../learning/prepared-rollout.ts'
import type { Rollout } from '../learning/rollout.ts'
import type { ActingPolicy, Collection } from '../learning/rollout-source.ts'
import {
  cutIntoSequences,
  meanAndStd,
  type Sequence,
  shuffle,
  splitEvenly,
  tensorsOf,
} from '../learning/sequences.ts'
import { exportActor, importActor, initialActorWeights } from '../networks/actor.ts'
import { type ActorCritic, actorCriticShapes, createActorCritic } from '../networks/actor-critic.ts'
import type { ActorParameters, ActorShape } from '../networks/actor-parameters.ts'
import { AveragedWeights } from '../networks/averaged-weights.ts'
import { initialCriticWeights } from '../networks/critic.ts'
import {
  adoptScale,
  createNormaliser,
  mergeRows,
  type NormaliserState,
  restoreNormaliser,
  saveNormaliser,
} from '../networks/running-normaliser.ts'
import type { Algorithm, UpdateFigures, UpdateOptions } from './algorithm.ts'
import { type Annealed, annealed } from './annealing.ts'
import type { PpoConfig } from './ppo.schema.ts'
import { ppoGradients } from './ppo-gradients.ts'
import { prepareRollout } from './prepare-rollout.ts'

/** Names the random streams of a seed. */
const WEIGHTS_STREAM = 201
const SHUFFLE_STREAM = 202
/** Weight of the newest figure in the running return scale and KL. */
const RETURN_SCALE_RATE = 0.1
const KL_RATE = 0.3
/** Of a normal distribution of standard deviation 1 [nat]. */
const NORMAL_ENTROPY = 0.5 * Math.log(2 * Math.PI * Math.E)
/** Minibatches, from the last, whose KL counts. */
const KL_MINIBATCHES = 3
const RATE_DOWN = 1.25
const RATE_UP = 1.12
/** How far the KL may be off its target, as a factor, before the rate moves. */
const KL_TOLERANCE = 1.5

export interface PpoSizes {
  readonly observation: number
  readonly critic: number
  readonly action: number
}

export interface PpoOptions {
  readonly config: PpoConfig
  readonly sizes: PpoSizes
  readonly seed: number
  /** Weights and normaliser to begin with; its normaliser then stays as it is. */
  readonly warmStart?: ActorParameters
  /** Shares minibatches out among threads; without it this one does all. The caller closes it. */
  readonly gradients?: GradientSource
}

/** Figures of one minibatch, in the order in which `#learn` reads them. */
const FIGURES = [
  'policyLoss',
  'valueLoss',
  'kl',
  'clipFraction',
  'actorGradientNorm',
  'criticGradientNorm',
] as const

type MinibatchFigures = Record<(typeof FIGURES)[number], number>

/** The learner of this file. Owns tensors until `dispose`. */
export class Ppo implements Algorithm {
  readonly #config: PpoConfig
  readonly #seed: number
  readonly #shape: ActorShape
  readonly #networks: ActorCritic
  readonly #averagedActor: AveragedWeights
  readonly #gradients: GradientSource
  readonly #actorNormaliser: NormaliserState
  readonly #criticNormaliser: NormaliserState
  readonly #isActorNormaliserFixed: boolean
  /** Written anew by every update. */
  #prepared: readonly PreparedRollout[] = []
  #learningRate: number
  #runningKl = 0
  #returnScale = 1
  #annealed: Annealed

  constructor(options: PpoOptions) {
    const { config, sizes, seed, warmStart } = options
    this.#annealed = annealed(config, 1)
    const { logStd } = this.#annealed
    const shapes = actorCriticShapes({ ...config, sizes, warmStart })
    this.#config = config
    this.#seed = seed
    this.#shape = shapes.actor
    this.#gradients = options.gradients ?? ofThisThread(config)
    const random = new RandomStream(seed, WEIGHTS_STREAM)
    const actorWeights = warmStart
      ? importActor(warmStart, logStd)
      : initialActorWeights(shapes.actor, logStd, random)
    const criticWeights = initialCriticWeights(shapes.critic, random)
    this.#networks = createActorCritic(shapes, { actor: actorWeights, critic: criticWeights })
    this.#averagedActor = new AveragedWeights(actorWeights, config.averaging)
    this.#actorNormaliser = createNormaliser(sizes.observation)
    this.#criticNormaliser = createNormaliser(sizes.critic)
    this.#isActorNormaliserFixed = warmStart !== undefined
    if (warmStart) {
      adoptScale(this.#actorNormaliser, warmStart.tensors.normMean, warmStart.tensors.normStd)
    }
    this.#learningRate = config.learningRate.initial
  }

  get gradientWaitS(): number {
    return this.#gradients.waitS
  }

  async policy(): Promise<ActingPolicy> {
    return this.#policyOf(await this.#networks.actor.flat())
  }

  collection(): Collection {
    return {}
  }

  async averagedPolicy(): Promise<ActingPolicy> {
    return this.#policyOf(this.#averagedActor.mean)
  }

  #policyOf(flat: Float32Array): ActingPolicy {
    const { normClip } = this.#config.network
    const normaliser = this.#actorNormaliser
    const actor = exportActor({ shape: this.#shape, flat, normaliser, normClip })
    return { actor, logStd: this.#networks.actor.values('logStd', flat).slice() }
  }

  async update(rollouts: readonly Rollout[], options: UpdateOptions): Promise<UpdateFigures> {
    const config = this.#config
    const { iteration, pause } = options
    this.#annealed = annealed(config, iteration)
    const isSettling = iteration <= config.normaliserUpdates
    // Not the update's number: one that was taken back leaves nothing behind.
    const isFirst = this.#criticNormaliser.count[0]! < 1
    if (isSettling) this.#mergeStatistics(rollouts)
    const prepared = await this.#prepare(rollouts, { isFirst, isSettling })
    const sequences = cutIntoSequences(prepared)
    const random = new RandomStream(this.#seed, SHUFFLE_STREAM, iteration)
    const figures: MinibatchFigures[] = []
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      shuffle(sequences, random)
      for (const minibatch of splitEvenly(sequences, config.minibatches)) {
        if (minibatch.length === 0) continue
        await pause()
        figures.push(await this.#learn(minibatch, iteration > config.criticUpdates))
      }
    }
    const flat = await this.#networks.actor.flat()
    this.#averagedActor.add(flat)
    const mean = (name: keyof MinibatchFigures, last = figures.length) =>
      average(figures.slice(-last).map((f) => f[name]))
    const kl = mean('kl', KL_MINIBATCHES)
    if (iteration > config.criticUpdates) this.#adaptRate(kl)
    const logStd = [...this.#networks.actor.values('logStd', flat)]
    return {
      ...Object.fromEntries(FIGURES.map((name) => [name, mean(name)])),
      kl,
      learningRate: this.#learningRate,
      returnScale: this.#returnScale,
      std: average(logStd.map(Math.exp)),
      entropy: logStd.reduce((sum, each) => sum + each + NORMAL_ENTROPY, 0),
    }
  }

  #mergeStatistics(rollouts: readonly Rollout[]): void {
    for (const rollout of rollouts) {
      if (!this.#isActorNormaliserFixed) mergeRows(this.#actorNormaliser, rollout.observation)
      mergeRows(this.#criticNormaliser, rollout.critic)
    }
  }

  /** The room of the update before, where the rollouts lie where they lay. */
  #roomFor(rollouts: readonly Rollout[]): readonly PreparedRollout[] {
    const { allocate } = this.#gradients
    this.#prepared = rollouts.map((rollout) => {
      const before = this.#prepared.find((prepared) => prepared.rollout === rollout)
      return before ?? roomToPrepare(rollout, allocate)
    })
    return this.#prepared
  }

  /** Normalised inputs, normalised advantages and scaled returns of every rollout. */
  async #prepare(
    rollouts: readonly Rollout[],
    { isFirst, isSettling }: { readonly isFirst: boolean; readonly isSettling: boolean },
  ): Promise<readonly PreparedRollout[]> {
    const prepared = this.#roomFor(rollouts)
    for (const each of prepared) {
      await prepareRollout(each, {
        config: this.#config,
        critic: this.#networks.critic,
        returnScale: this.#returnScale,
        actorNormaliser: this.#actorNormaliser,
        criticNormaliser: this.#criticNormaliser,
      })
    }
    if (isSettling) {
      const scale = meanAndStd(prepared.map((p) => p.target)).std
      const rate = isFirst ? 1 : RETURN_SCALE_RATE
      this.#returnScale += rate * (scale - this.#returnScale)
    }
    const { mean, std } = meanAndStd(prepared.map((p) => p.advantage))
    for (const { advantage, target } of prepared) {
      for (let k = 0; k < advantage.length; k++) {
        advantage[k] = (advantage[k]! - mean) / (std + 1e-6)
        target[k] = target[k]! / this.#returnScale
      }
    }
    return prepared
  }

  /** One minibatch: gradients of the joint loss, one Adam step for each network. */
  async #learn(sequences: readonly Sequence[], learnsActor: boolean): Promise<MinibatchFigures> {
    const { actorGradientNorm, criticGradientNorm } = this.#config
    const { actor, critic } = this.#networks
    const learningRate = this.#learningRate
    const gradients = await this.#gradients.compute(this.#networks, sequences)
    const actorStep = { learningRate: learnsActor ? learningRate : 0, maxNorm: actorGradientNorm }
    const actorNorm = actor.step(gradients.actor, actorStep)
    const criticNorm = critic.step(gradients.critic, { learningRate, maxNorm: criticGradientNorm })
    const read = await Promise.all([gradients.figures, actorNorm, criticNorm].map(readAndDispose))
    const figures = read.flatMap((values) => [...values])
    tf.dispose([...gradients.actor, ...gradients.critic])
    actor.fill('logStd', this.#annealed.logStd)
    return Object.fromEntries(FIGURES.map((name, k) => [name, figures[k]!])) as MinibatchFigures
  }

  /** Keeps the KL between acting and learnt policy near its target. */
  #adaptRate(kl: number): void {
    const { learningRate } = this.#config
    const { klTarget } = this.#annealed
    const isFirst = this.#runningKl === 0
    this.#runningKl = isFirst ? kl : this.#runningKl + KL_RATE * (kl - this.#runningKl)
    if (this.#runningKl > klTarget * KL_TOLERANCE) {
      this.#learningRate = Math.max(this.#learningRate / RATE_DOWN, learningRate.min)
    } else if (this.#runningKl < klTarget / KL_TOLERANCE) {
      this.#learningRate = Math.min(this.#learningRate * RATE_UP, learningRate.max)
    }
  }

  async save(): Promise<NamedArrays> {
    return {
      ...(await this.#networks.actor.save('actor')),
      ...this.#averagedActor.save('averagedActor'),
      ...(await this.#networks.critic.save('critic')),
      ...saveNormaliser('actorNormaliser', this.#actorNormaliser),
      ...saveNormaliser('criticNormaliser', this.#criticNormaliser),
      ppo: Float64Array.of(this.#learningRate, this.#runningKl, this.#returnScale),
    }
  }

  restore(saved: NamedArrays): void {
    this.#networks.actor.restore('actor', saved)
    this.#averagedActor.restore('averagedActor', saved)
    this.#networks.critic.restore('critic', saved)
    restoreNormaliser('actorNormaliser', this.#actorNormaliser, saved)
    restoreNormaliser('criticNormaliser', this.#criticNormaliser, saved)
    const scalars = savedArray(saved, 'ppo', 3)
    this.#learningRate = scalars[0]!
    this.#runningKl = scalars[1]!
    this.#returnScale = scalars[2]!
  }

  dispose(): void {
    this.#networks.actor.dispose()
    this.#networks.critic.dispose()
  }
}

/** Each minibatch as a whole, in the thread that asks. */
function ofThisThread(config: PpoConfig): GradientSource {
  return {
    waitS: 0,
    allocate: (bytes) => new ArrayBuffer(bytes),
    compute: async (networks, sequences) =>
      tf.tidy(() => ppoGradients(networks, tensorsOf(sequences), config)),
  }
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length
}
