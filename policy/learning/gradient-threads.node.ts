import * as tf from '@tensorflow/tfjs-core'
import type { PpoConfig } from '../algorithms/ppo.schema.ts'
import { ppoGradients } from '../algorithms/ppo.ts'
import {
  type ActorCritic,
  type ActorCriticShapes,
  type ActorCriticVector,
  actorCriticVector,
  numWeights,
} from '../networks/actor-critic.ts'
import { type GradientMemory, NUM_CONTROL, NUM_FIGURES } from './gradient-messages.ts'
import type { ActorCriticGradients, GradientSource } from './gradient-source.ts'
import { GradientThread } from './gradient-thread.node.ts'
import { type MinibatchShape, minibatchBytes } from './minibatch.ts'
import { type Sequence, splitEvenly, tensorsOf } from './sequences.ts'

export interface GradientThreadsOptions {
  /** Threads beside the one that asks. */
  readonly count: number
  readonly config: PpoConfig
  readonly shapes: ActorCriticShapes
  /** Of the greatest minibatch. */
  readonly minibatch: MinibatchShape
  /** Monotonic time [s]. */
  readonly nowS: () => number
}

/** Starts gradient workers. The caller closes what is returned. Runs from `dist/` only. */
export async function startGradientThreads(
  options: GradientThreadsOptions,
): Promise<GradientThreads> {
  const threads = new GradientThreads(options)
  try {
    await threads.ready()
  } catch (cause) {
    await threads.close()
    throw cause
  }
  return threads
}

/**
 * Gradients by several threads: minibatches are cut evenly into as many shares as there are threads, the
 * asking one included; each share always goes to the same thread, and sums are taken in that order, so
 * that the same minibatch gives the same bits.
 */
export class GradientThreads implements GradientSource {
  readonly #threads: readonly GradientThread[]
  readonly #config: PpoConfig
  readonly #nowS: () => number
  readonly #weights: ActorCriticVector
  readonly #own: ActorCriticVector
  /** Room for this thread's share of a minibatch. */
  readonly #share: ArrayBuffer
  #waitS = 0

  constructor({ count, config, shapes, minibatch, nowS }: GradientThreadsOptions) {
    const size = numWeights(shapes)
    const share = { ...minibatch, batch: Math.ceil(minibatch.batch / (count + 1)) }
    const weights = sharedFloats(size)
    this.#config = config
    this.#nowS = nowS
    this.#weights = actorCriticVector(shapes, weights)
    this.#own = actorCriticVector(shapes)
    this.#share = new ArrayBuffer(minibatchBytes(share))
    this.#threads = Array.from({ length: count }, () => {
      const memory: GradientMemory = {
        control: new Int32Array(new SharedArrayBuffer(4 * NUM_CONTROL)),
        weights,
        gradients: sharedFloats(size),
        figures: sharedFloats(NUM_FIGURES),
        minibatch: new SharedArrayBuffer(minibatchBytes(share)),
      }
      return new GradientThread({ config, shapes, minibatch, memory })
    })
  }

  get waitS(): number {
    return this.#waitS
  }

  async ready(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready()))
  }

  async compute(
    networks: ActorCritic,
    minibatch: readonly Sequence[],
  ): Promise<ActorCriticGradients> {
    const shares = splitEvenly(minibatch, this.#threads.length + 1).filter(
      ({ length }) => length > 0,
    )
    const [own, ...others] = shares as [Sequence[], ...Sequence[][]]
    networks.actor.join(networks.actor.variables, this.#weights.actor)
    networks.critic.join(networks.critic.variables, this.#weights.critic)
    const numSequences = minibatch.length
    for (const [k, share] of others.entries()) this.#threads[k]!.ask(share, numSequences)
    const figures = new Float32Array(NUM_FIGURES)
    const sum = this.#own
    const count = (share: readonly Sequence[], of: Float32Array) => {
      for (let k = 0; k < NUM_FIGURES; k++) {
        figures[k] = figures[k]! + (share.length / numSequences) * of[k]!
      }
    }
    count(own, this.#computeOwn(networks, own, numSequences))
    for (const [k, share] of others.entries()) {
      const thread = this.#threads[k]!
      const beforeS = this.#nowS()
      await thread.answer()
      this.#waitS += this.#nowS() - beforeS
      add(sum.whole, thread.memory.gradients)
      count(share, thread.memory.figures)
    }
    return {
      actor: networks.actor.split(sum.actor),
      critic: networks.critic.split(sum.critic),
      figures: tf.tensor1d(figures),
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  /** The part of this thread's share in the gradients into `#own`. @returns its figures */
  #computeOwn(
    networks: ActorCritic,
    share: readonly Sequence[],
    numSequences: number,
  ): Float32Array {
    return tf.tidy(() => {
      const minibatch = tensorsOf(share, this.#share)
      const weight = share.length / numSequences
      const { actor, critic, figures } = ppoGradients(networks, minibatch, this.#config, weight)
      networks.actor.join(actor, this.#own.actor)
      networks.critic.join(critic, this.#own.critic)
      const values = figures.dataSync<'float32'>()
      figures.dispose()
      return values
    })
  }
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length))
}

function add(sum: Float32Array, values: Float32Array): void {
  for (let k = 0; k < sum.length; k++) sum[k] = sum[k]! + values[k]!
}
