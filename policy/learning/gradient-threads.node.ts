import * as tf from '@tensorflow/tfjs-core'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { PpoConfig } from '../algorithms/ppo.schema.ts'
import { ppoGradients } from '../algorithms/ppo-gradients.ts'
import {
  type ActorCritic,
  type ActorCriticShapes,
  type ActorCriticVector,
  actorCriticVector,
  numWeights,
} from '../networks/actor-critic.ts'
import {
  type GradientMemory,
  type GradientSources,
  NUM_CONTROL,
  NUM_FIGURES,
  NUM_PLACE,
} from './gradient-messages.ts'
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
  readonly #gradients: readonly ActorCriticVector[]
  /** Room for this thread's share of a minibatch. */
  readonly #share: ArrayBuffer
  #sources: GradientSources = []
  #waitS = 0

  constructor({ count, config, shapes, minibatch, nowS }: GradientThreadsOptions) {
    const size = numWeights(shapes)
    const share = { ...minibatch, batch: Math.ceil(minibatch.batch / (count + 1)) }
    const weights = sharedFloats(size)
    this.#config = config
    this.#nowS = nowS
    this.#weights = actorCriticVector(shapes, weights)
    this.#share = new ArrayBuffer(minibatchBytes(share))
    this.#threads = Array.from({ length: count }, () => {
      const memory: GradientMemory = {
        control: new Int32Array(new SharedArrayBuffer(4 * NUM_CONTROL)),
        weights,
        gradients: sharedFloats(size),
        figures: sharedFloats(NUM_FIGURES),
        places: new Int32Array(new SharedArrayBuffer(4 * NUM_PLACE * share.batch)),
      }
      return new GradientThread({ config, shapes, share, memory })
    })
    this.#gradients = this.#threads.map(({ memory }) => actorCriticVector(shapes, memory.gradients))
  }

  get waitS(): number {
    return this.#waitS
  }

  async ready(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready()))
  }

  allocate(bytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(bytes)
  }

  async compute(
    networks: ActorCritic,
    minibatch: readonly Sequence[],
  ): Promise<ActorCriticGradients> {
    const shares = splitEvenly(minibatch, this.#threads.length + 1).filter(
      ({ length }) => length > 0,
    )
    const [own, ...others] = shares as [Sequence[], ...Sequence[][]]
    this.#tellSources(minibatch)
    networks.actor.join(networks.actor.variables, this.#weights.actor)
    networks.critic.join(networks.critic.variables, this.#weights.critic)
    const numSequences = minibatch.length
    for (const [k, share] of others.entries()) this.#threads[k]!.ask(share, numSequences)
    let sum = tf.tidy(() => this.#computeOwn(networks, own, numSequences))
    for (const [k, share] of others.entries()) {
      const thread = this.#threads[k]!
      const beforeS = this.#nowS()
      await thread.answer()
      this.#waitS += this.#nowS() - beforeS
      const weight = share.length / numSequences
      const before = sum
      sum = tf.tidy(() => addPart(before, this.#partOf(k, networks, weight)))
      tf.dispose(before)
    }
    return sum
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  /** So that places can say what a sequence is cut from. Throws POLICY_TRAINING_FAILED where it cannot be shared. */
  #tellSources(minibatch: readonly Sequence[]): void {
    if (minibatch.every(({ source }) => this.#sources.includes(source))) return
    const sources = [...new Set(minibatch.map(({ source }) => source))]
    const isShared = sources.every(
      ({ rollout, target }) => isInSharedMemory(rollout.action) && isInSharedMemory(target),
    )
    if (!isShared) {
      throw new CodedError(
        'POLICY_TRAINING_FAILED',
        'gradient workers need rollouts in shared memory, found some in this thread’s own',
        { hint: 'play in simulation workers, or set gradientWorkers: 0' },
      )
    }
    this.#sources = sources
    for (const thread of this.#threads) thread.tell(sources)
  }

  #computeOwn(networks: ActorCritic, share: readonly Sequence[], numSequences: number) {
    const weight = share.length / numSequences
    const part = ppoGradients(networks, tensorsOf(share, this.#share), this.#config, weight)
    const figures = tf.mul(part.figures, weight) as tf.Tensor1D
    part.figures.dispose()
    return { ...part, figures }
  }

  /** What a thread has answered; call inside a tidy. */
  #partOf(k: number, networks: ActorCritic, weight: number): ActorCriticGradients {
    const { actor, critic } = this.#gradients[k]!
    const { figures } = this.#threads[k]!.memory
    return {
      actor: networks.actor.split(actor),
      critic: networks.critic.split(critic),
      figures: tf.mul(tf.tensor1d(figures.slice()), weight) as tf.Tensor1D,
    }
  }
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length))
}

function addPart(sum: ActorCriticGradients, part: ActorCriticGradients): ActorCriticGradients {
  return {
    actor: sum.actor.map((gradient, k) => tf.add(gradient, part.actor[k]!)),
    critic: sum.critic.map((gradient, k) => tf.add(gradient, part.critic[k]!)),
    figures: tf.add(sum.figures, part.figures),
  }
}

function isInSharedMemory({ buffer }: Float32Array): boolean {
  return buffer instanceof SharedArrayBuffer
}
