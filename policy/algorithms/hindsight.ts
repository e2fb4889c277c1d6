/**
 * Recurrent off-policy actor-critic with hindsight, top to bottom: the combination of Peng et al. 2018 (arXiv
 * 1710.06537: LSTM actor, omniscient LSTM critic, whole episodes, hindsight experience replay), with the twin
 * critics, smoothed targets and delayed actor of TD3 (Fujimoto et al. 2018, arXiv 1802.09477):
 *
 *   rollouts, an expert in some of them → replay of whole episodes → episodes for a goal, mostly one that was reached
 *   (arXiv 1707.01495), reward 0 within the threshold, else -1 → targets r + γ min Q'(s', π'(o') + noise), traced along
 *   the episode, clipped to what such rewards can add up to → both critics → now and then the actor, along ∂Q/∂action
 *   and towards what the expert did (arXiv 1709.10089) → targets follow
 */
import * as tf from '@tensorflow/tfjs-core'
import { RandomStream } from '../../robot/model/random.ts'
import type { NamedArrays } from '../learning/checkpoint.ts'
import { drawGoalBatch, type GoalBatchOptions } from '../learning/goal-batch.ts'
import { relabel } from '../learning/relabel.ts'
import { EpisodeReplay } from '../learning/replay.ts'
import type { Rollout } from '../learning/rollout.ts'
import type {
  ActingPolicy,
  Collection,
  EpisodeShape,
  GoalDescription,
} from '../learning/rollout-source.ts'
import { type ActorTensors, type ActorWeightName, actorForward } from '../networks/actor.ts'
import { type ActorParameters, stateSize } from '../networks/actor-parameters.ts'
import {
  initialRecurrentCriticWeights,
  type RecurrentCriticName,
  type RecurrentCriticTensors,
  recurrentCriticForward,
  recurrentCriticLayout,
} from '../networks/recurrent-critic.ts'
import {
  createNormaliser,
  mergeRows,
  type NormaliserState,
  normaliseRows,
  restoreNormaliser,
  saveNormaliser,
} from '../networks/running-normaliser.ts'
import { TargetWeights } from '../networks/target-weights.ts'
import { TrainedActor } from '../networks/trained-actor.ts'
import { TrainedWeights } from '../networks/trained-weights.ts'
import type { Algorithm, UpdateFigures, UpdateOptions } from './algorithm.ts'
import { criticTargets } from './critic-targets.ts'
import type { HindsightConfig } from './hindsight.schema.ts'
import { imitationLoss } from './imitation-loss.ts'

/** Names the random streams of a seed. */
const WEIGHTS_STREAM = 221
const REPLAY_STREAM = 222

export interface HindsightOptions {
  readonly config: HindsightConfig
  readonly sizes: EpisodeShape
  readonly goals: GoalDescription
  readonly seed: number
  /** Weights and normaliser to begin with; its normaliser then stays as it is. */
  readonly warmStart?: ActorParameters
}

/** Tensors of a minibatch of whole episodes. */
interface Batch {
  /** Normalised [T, B, observation]. */
  readonly x: tf.Tensor3D
  /** Normalised [T, B, critic]. */
  readonly critic: tf.Tensor3D
  /** [T, B, action] */
  readonly action: tf.Tensor3D
  /** [T, B] */
  readonly reward: Float32Array
  /** 1 where the expert drove [T, B]. */
  readonly shown: tf.Tensor2D
}

/** The learner of this file. Owns tensors until `dispose`. */
export class Hindsight implements Algorithm {
  readonly gradientWaitS = 0
  readonly #options: HindsightOptions
  readonly #criticSize: number
  readonly #actor: TrainedActor
  readonly #critics: readonly TrainedWeights<RecurrentCriticName>[]
  readonly #actorTarget: TargetWeights<ActorWeightName>
  readonly #criticTargets: readonly TargetWeights<RecurrentCriticName>[]
  readonly #replay: EpisodeReplay
  readonly #criticNormaliser: NormaliserState
  readonly #batches: GoalBatchOptions

  constructor(options: HindsightOptions) {
    const { config, sizes, goals, seed, warmStart } = options
    const { embed, hidden, head } = config.network
    this.#options = options
    this.#criticSize = sizes.critic + 2 * goals.size
    const random = new RandomStream(seed, WEIGHTS_STREAM)
    this.#actor = new TrainedActor({ config, sizes, warmStart, random })
    const shape = { input: this.#criticSize, action: sizes.action, embed, hidden, head }
    const createCritic = () =>
      new TrainedWeights(recurrentCriticLayout(shape), initialRecurrentCriticWeights(shape, random))
    this.#critics = [createCritic(), createCritic()]
    this.#actorTarget = new TargetWeights(this.#actor.weights)
    this.#criticTargets = this.#critics.map((critic) => new TargetWeights(critic))
    const { observation, critic, action, episodeSteps: steps } = sizes
    const stored = { steps, observation, critic, action, goal: goals.size }
    this.#replay = new EpisodeReplay(stored, config.replayEpisodes)
    this.#criticNormaliser = createNormaliser(this.#criticSize)
    const { batchEpisodes, relabelShare, movedShare } = config
    const rows = { ...sizes, critic: this.#criticSize }
    this.#batches = { sizes: rows, goals, batchEpisodes, relabelShare, movedShare }
  }

  async policy(): Promise<ActingPolicy> {
    return this.#actor.policy()
  }

  async averagedPolicy(): Promise<ActingPolicy> {
    return this.#actor.averagedPolicy()
  }

  collection(): Collection {
    const { randomShare, randomSteps, expertShare, takeOver } = this.#options.config
    return { randomShare, randomSteps, expertShare, takeOver }
  }

  async update(rollouts: readonly Rollout[], options: UpdateOptions): Promise<UpdateFigures> {
    const { config, seed } = this.#options
    const { iteration, pause } = options
    for (const rollout of rollouts) {
      this.#replay.add(rollout)
      if (iteration <= config.normaliserUpdates) this.#mergeStatistics(rollout)
    }
    const random = new RandomStream(seed, REPLAY_STREAM, iteration)
    const sums = { criticLoss: 0, actorLoss: 0, meanValue: 0 }
    const numActor = Math.ceil(config.minibatches / config.actorEvery)
    const isWaiting = iteration <= config.waitRollouts
    for (let k = 0; k < config.minibatches && !isWaiting; k++) {
      await pause()
      tf.tidy(() => {
        const batch = this.#drawBatch(random)
        sums.criticLoss += this.#learnCritics(batch, random)
        if (k % config.actorEvery !== 0) return
        const { loss, value } = this.#learnActor(batch)
        sums.actorLoss += loss
        sums.meanValue += value
      })
      for (const target of [this.#actorTarget, ...this.#criticTargets]) {
        target.follow(config.targetRate)
      }
    }
    await this.#actor.average()
    return {
      criticLoss: sums.criticLoss / config.minibatches,
      actorLoss: sums.actorLoss / numActor,
      meanValue: sums.meanValue / numActor,
      replayedEpisodes: this.#replay.length,
    }
  }

  #mergeStatistics(rollout: Rollout): void {
    const { steps, numEnvs, goal } = rollout.shape
    this.#actor.mergeStatistics(rollout.observation)
    const replay = new EpisodeReplay({ ...rollout.shape, steps, goal }, numEnvs)
    replay.add(rollout)
    for (const episode of replay.episodes) {
      mergeRows(
        this.#criticNormaliser,
        relabel(episode, episode.desired, this.#options.goals).critic,
      )
    }
  }

  #drawBatch(random: RandomStream): Batch {
    const drawn = drawGoalBatch(this.#replay, this.#batches, random)
    const { sizes, batchEpisodes: batch } = this.#batches
    const steps = sizes.episodeSteps
    const { observation: x, critic } = drawn
    this.#actor.normalise(x, x)
    normaliseRows(this.#criticNormaliser, this.#options.config.network.normClip, critic, critic)
    return {
      x: tf.tensor3d(x, [steps, batch, sizes.observation]),
      critic: tf.tensor3d(critic, [steps, batch, sizes.critic]),
      action: tf.tensor3d(drawn.action, [steps, batch, sizes.action]),
      reward: drawn.reward,
      shown: tf.tensor2d(drawn.shown, [steps, batch]),
    }
  }

  /** @returns the loss, a mean over both critics */
  #learnCritics(batch: Batch, random: RandomStream): number {
    const { config } = this.#options
    const next = this.#nextValues(batch, random)
    const { target, weight } = criticTargets(batch.reward, next, config)
    const losses = this.#critics.map((critic) => {
      const computeLoss = () => {
        const weights = critic.named(critic.variables)
        const value = recurrentCriticForward(weights, batch.critic, batch.action)
        const error = tf.mul(tf.square(tf.sub(value, target)), weight)
        return tf.div(tf.sum(error), tf.sum(weight)) as tf.Scalar
      }
      const { value, grads } = tf.variableGrads(computeLoss, [...critic.variables])
      const gradients = critic.variables.map((variable) => grads[variable.name]!)
      const { gradientNorm: maxNorm, learningRate } = config
      critic.step(gradients, { learningRate: learningRate.critic, maxNorm })
      return value.dataSync()[0]!
    })
    return (losses[0]! + losses[1]!) / 2
  }

  /** The lesser of what the target critics say of the target actor's actions, noise added [T, B]. */
  #nextValues(batch: Batch, random: RandomStream): tf.Tensor2D {
    const { std, clip } = this.#options.config.targetNoise
    const noise = new Float32Array(batch.action.size)
    for (let k = 0; k < noise.length; k++) {
      noise[k] = Math.min(clip, Math.max(-clip, std * random.normal()))
    }
    const mean = this.#act(this.#actorTarget.named(), batch)
    const noisy = tf.add(tf.clipByValue(mean, -1, 1), tf.tensor3d(noise, batch.action.shape))
    const action = tf.clipByValue(noisy, -1, 1) as tf.Tensor3D
    const [one, two] = this.#criticTargets.map((target) =>
      recurrentCriticForward(target.named(), batch.critic, action),
    )
    return tf.minimum(one!, two!)
  }

  /** One step of the actor along the first critic's gradient by the action, and towards what was shown. */
  #learnActor(batch: Batch): { loss: number; value: number } {
    const { config } = this.#options
    const { meanPenalty, meanLimit, gradientNorm, learningRate, demonstrationWeight } = config
    const isFiltered = demonstrationWeight > 0 && config.demonstrationFilter
    const actor = this.#actor.weights
    const critic: RecurrentCriticTensors = this.#critics[0]!.named(this.#critics[0]!.variables)
    const shownValues = isFiltered && recurrentCriticForward(critic, batch.critic, batch.action)
    let meanValue: tf.Scalar | undefined
    const computeLoss = () => {
      const mean = this.#act(actor.named(actor.variables), batch)
      const action = tf.clipByValue(mean, -1, 1)
      const values = recurrentCriticForward(critic, batch.critic, action)
      const value = tf.mean(values) as tf.Scalar
      meanValue = tf.keep(value.clone())
      const excess = tf.mean(tf.square(tf.relu(tf.sub(tf.abs(mean), meanLimit))))
      const loss = tf.sub(tf.mul(excess, meanPenalty), value) as tf.Scalar
      if (demonstrationWeight === 0) return loss
      const isBetter = shownValues && tf.greater(shownValues, values)
      const apart = tf.mul(apartFromShown(batch, mean, isBetter), demonstrationWeight)
      return tf.add(loss, apart) as tf.Scalar
    }
    const { value, grads } = tf.variableGrads(computeLoss, [...actor.variables])
    // The log-std has no part in it.
    const gradients = actor.variables.map((v) => grads[v.name] ?? tf.zerosLike(v))
    actor.step(gradients, { learningRate: learningRate.actor, maxNorm: gradientNorm })
    const figures = { loss: value.dataSync()[0]!, value: meanValue!.dataSync()[0]! }
    meanValue!.dispose()
    return figures
  }

  /** Mean actions over whole episodes [T, B, action]. */
  #act(weights: ActorTensors, { x }: Batch): tf.Tensor3D {
    const { shape } = this.#actor
    const [steps, batch] = x.shape
    const state = tf.zeros<tf.Rank.R2>([batch, stateSize(shape)])
    const mask = tf.ones<tf.Rank.R2>([steps, batch])
    const mean = actorForward(shape, weights, { x, state, mask })
    return tf.reshape(mean, [steps, batch, shape.action])
  }

  async save(): Promise<NamedArrays> {
    return {
      ...(await this.#actor.save()),
      ...(await this.#actorTarget.save('actorTarget')),
      ...(await this.#critics[0]!.save('critic0')),
      ...(await this.#critics[1]!.save('critic1')),
      ...(await this.#criticTargets[0]!.save('criticTarget0')),
      ...(await this.#criticTargets[1]!.save('criticTarget1')),
      ...saveNormaliser('criticNormaliser', this.#criticNormaliser),
      ...this.#replay.save(),
    }
  }

  restore(saved: NamedArrays): void {
    this.#actor.restore(saved)
    this.#actorTarget.restore('actorTarget', saved)
    for (const [k, critic] of this.#critics.entries()) critic.restore(`critic${k}`, saved)
    for (const [k, target] of this.#criticTargets.entries()) {
      target.restore(`criticTarget${k}`, saved)
    }
    restoreNormaliser('criticNormaliser', this.#criticNormaliser, saved)
    this.#replay.restore(saved)
  }

  dispose(): void {
    const owners = [this.#actor, this.#actorTarget, ...this.#critics, ...this.#criticTargets]
    for (const owner of owners) owner.dispose()
  }
}

/**
 * Squared error to what an expert did where it drove, as `imitationLoss`.
 * @param counts - only there [T, B]; false: everywhere
 */
function apartFromShown(
  { action, shown }: Batch,
  mean: tf.Tensor3D,
  counts: tf.Tensor | false,
): tf.Scalar {
  const weight = counts ? tf.mul(shown, tf.cast(counts, 'float32')) : shown
  return imitationLoss(asRows(mean), asRows(action), tf.reshape(weight, [-1]))
}

/** [T, B, n] as [T·B, n]. */
const asRows = (x: tf.Tensor3D): tf.Tensor2D => tf.reshape(x, [-1, x.shape[2]])
