/**
 * Learning from an expert, top to bottom: behaviour cloning and DAgger (Ross et al. 2011, arXiv 1011.0686) of a
 * recurrent student. The two differ in who acts, `expertShare`:
 *
 *   rollouts, labelled by the expert at every step, or demonstrations from files → normalise →
 *   sequences of `chunkSteps` from stored states → epochs of minibatches: mean squared error between the
 *   student's mean action and the label, one Adam step each → average of the weights over updates
 *
 * Labels are only of the latest rollouts: with many arms, each update has thousands of new ones.
 */
import * as tf from '@tensorflow/tfjs-core'
import { RandomStream } from '../../robot/model/random.ts'
import type { NamedArrays } from '../learning/checkpoint.ts'
import { type Demonstrations, playStates } from '../learning/demonstrations.ts'
import type { Rollout } from '../learning/rollout.ts'
import type { ActingPolicy, Collection } from '../learning/rollout-source.ts'
import { gatherRows, shuffle, splitEvenly } from '../learning/sequences.ts'
import { type ActorInput, actorForward } from '../networks/actor.ts'
import { type ActorParameters, stateSize } from '../networks/actor-parameters.ts'
import { TrainedActor } from '../networks/trained-actor.ts'
import type { Algorithm, UpdateFigures, UpdateOptions } from './algorithm.ts'
import type { ImitationConfig } from './imitation.schema.ts'
import { imitationLoss } from './imitation-loss.ts'

/** Names the random streams of a seed. */
const WEIGHTS_STREAM = 211
const SHUFFLE_STREAM = 212

export interface ImitationOptions {
  readonly config: ImitationConfig
  readonly sizes: { readonly observation: number; readonly action: number }
  readonly seed: number
  /** Weights and normaliser to begin with; its normaliser then stays as it is. */
  readonly warmStart?: ActorParameters
  /** Learnt from instead of the rollouts, which then only show what the student can do. */
  readonly demonstrations?: Demonstrations
}

/** Episodes side by side, ready to be cut into sequences; rows [steps, numEnvs, …]. */
interface Lesson {
  readonly steps: number
  readonly numEnvs: number
  /** Normalised. */
  readonly observation: Float32Array
  readonly label: Float32Array
  /** 0 behind the end of a shorter episode. */
  readonly weight: Float32Array
  readonly keepState: Float32Array
  /** Before each chunk [steps / chunkSteps, numEnvs, state]. */
  readonly chunkState: Float32Array
}

interface LessonChunk {
  readonly lesson: Lesson
  readonly chunk: number
  readonly env: number
}

/** The learner of this file. Owns tensors until `dispose`. */
export class Imitation implements Algorithm {
  readonly gradientWaitS = 0
  readonly #options: ImitationOptions
  readonly #actor: TrainedActor

  constructor(options: ImitationOptions) {
    const { config, sizes, seed, warmStart } = options
    this.#options = options
    const random = new RandomStream(seed, WEIGHTS_STREAM)
    this.#actor = new TrainedActor({ config, sizes, warmStart, random })
  }

  async policy(): Promise<ActingPolicy> {
    return this.#actor.policy()
  }

  async averagedPolicy(): Promise<ActingPolicy> {
    return this.#actor.averagedPolicy()
  }

  collection(iteration: number): Collection {
    if (this.#options.demonstrations) return {}
    return { expertShare: between(this.#options.config.expertShare, iteration) }
  }

  async update(rollouts: readonly Rollout[], options: UpdateOptions): Promise<UpdateFigures> {
    const { config, seed, demonstrations } = this.#options
    const { iteration, pause } = options
    if (iteration <= config.normaliserUpdates) {
      for (const { observation } of demonstrations ? [demonstrations] : rollouts) {
        this.#actor.mergeStatistics(observation)
      }
    }
    const lessons = demonstrations
      ? [await this.#prepareDemonstrations(demonstrations)]
      : rollouts.map((rollout) => this.#prepareRollout(rollout))
    const chunks = lessons.flatMap((lesson) => cut(lesson, config.chunkSteps))
    const random = new RandomStream(seed, SHUFFLE_STREAM, iteration)
    const learningRate = between(config.learningRate, iteration)
    let [loss, norm, count] = [0, 0, 0]
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      shuffle(chunks, random)
      for (const minibatch of splitEvenly(chunks, config.minibatches)) {
        if (minibatch.length === 0) continue
        await pause()
        const figures = this.#learn(minibatch, learningRate)
        loss += figures.loss
        norm += figures.norm
        count++
      }
    }
    await this.#actor.average()
    const share = this.collection(iteration).expertShare ?? 0
    return {
      imitationLoss: loss / count,
      actorGradientNorm: norm / count,
      learningRate,
      expertShare: share,
    }
  }

  #prepareRollout(rollout: Rollout): Lesson {
    const { steps, numEnvs } = rollout.shape
    const weight = new Float32Array(steps * numEnvs).fill(1)
    return { ...rollout, steps, numEnvs, observation: this.#normalise(rollout.observation), weight }
  }

  /** States are those that the student has now: it was not there when the demonstrations were made. */
  async #prepareDemonstrations(demonstrations: Demonstrations): Promise<Lesson> {
    const { actor } = await this.policy()
    const { chunkSteps } = this.#options.config
    const { observation } = demonstrations
    return {
      ...demonstrations,
      observation: this.#normalise(observation),
      ...playStates(actor, demonstrations, chunkSteps),
    }
  }

  #normalise(rows: Float32Array): Float32Array {
    const out = new Float32Array(rows.length)
    this.#actor.normalise(rows, out)
    return out
  }

  #learn(chunks: readonly LessonChunk[], learningRate: number): { loss: number; norm: number } {
    const { gradientNorm, chunkSteps } = this.#options.config
    const { shape, weights: actor } = this.#actor
    return tf.tidy(() => {
      const batch = this.#tensorsOf(chunks, chunkSteps)
      const computeLoss = () => {
        const mean = actorForward(shape, actor.named(actor.variables), batch)
        return imitationLoss(mean, batch.label, batch.weight)
      }
      const { value, grads } = tf.variableGrads(computeLoss, [...actor.variables])
      // The log-std has no part in it.
      const gradients = actor.variables.map((v) => grads[v.name] ?? tf.zerosLike(v))
      const norm = actor.step(gradients, { learningRate, maxNorm: gradientNorm })
      return { loss: value.dataSync()[0]!, norm: norm.dataSync()[0]! }
    })
  }

  #tensorsOf(chunks: readonly LessonChunk[], steps: number) {
    const { observation, action } = this.#actor.shape
    const batch = chunks.length
    const size = stateSize(this.#actor.shape)
    const rows = (width: number) => new Float32Array(steps * batch * width)
    const [x, label, weight, mask] = [rows(observation), rows(action), rows(1), rows(1)]
    const state = new Float32Array(batch * size)
    for (const [b, { lesson, chunk, env }] of chunks.entries()) {
      const { numEnvs } = lesson
      const place = { first: chunk * steps, env, numEnvs, b, batch }
      gatherRows(lesson.observation, observation, place, x)
      gatherRows(lesson.label, action, place, label)
      gatherRows(lesson.weight, 1, place, weight)
      gatherRows(lesson.keepState, 1, place, mask)
      const from = (chunk * numEnvs + env) * size
      state.set(lesson.chunkState.subarray(from, from + size), b * size)
    }
    const input: ActorInput = {
      x: tf.tensor3d(x, [steps, batch, observation]),
      state: tf.tensor2d(state, [batch, size]),
      mask: tf.tensor2d(mask, [steps, batch]),
    }
    const [T, A] = [steps * batch, action]
    return { ...input, label: tf.tensor2d(label, [T, A]), weight: tf.tensor1d(weight) }
  }

  save(): Promise<NamedArrays> {
    return this.#actor.save()
  }

  restore(saved: NamedArrays): void {
    this.#actor.restore(saved)
  }

  dispose(): void {
    this.#actor.dispose()
  }
}

function cut(lesson: Lesson, chunkSteps: number): LessonChunk[] {
  const { steps, numEnvs } = lesson
  return Array.from({ length: (steps / chunkSteps) * numEnvs }, (_, k) => ({
    lesson,
    chunk: Math.floor(k / numEnvs),
    env: k % numEnvs,
  }))
}

/** A straight line from the first to the last value in as many updates, then the last. */
function between(
  { first, last, updates }: ImitationConfig['expertShare'],
  iteration: number,
): number {
  return first + (last - first) * Math.min(1, (iteration - 1) / updates)
}
