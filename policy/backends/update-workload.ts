import * as tf from '@tensorflow/tfjs-core'
import { RandomStream } from '../../robot/model/random.ts'
import { actorForward, actorLayout, initialActorWeights } from '../networks/actor.ts'
import { criticForward, criticLayout, initialCriticWeights } from '../networks/critic.ts'
import { TrainedWeights } from '../networks/trained-weights.ts'
import { ppoLoss } from '../ops/index.ts'
import { readAndDispose } from './read-and-dispose.ts'

export interface UpdateSizes {
  /** Steps of a sequence. */
  readonly steps: number
  /** Sequences in the minibatch. */
  readonly batch: number
  readonly observation: number
  readonly critic: number
  readonly action: number
  /** Width of the actor's three hidden layers. */
  readonly actorHidden: number
  /** Width of the critic's two. */
  readonly criticHidden: number
}

const LOSS = { clip: 0.2, dualClip: 3, valueWeight: 0.5, meanPenalty: 0.01, meanLimit: 1 }
const STEP = { learningRate: 3e-4, maxNorm: 1 }

/**
 * One minibatch of recurrent PPO on random data, over and over: what `bench update` times. Losses,
 * networks, gradients and Adam are those of training. Owns tensors until `dispose`.
 */
export class UpdateWorkload {
  readonly #actor: TrainedWeights<string>
  readonly #critic: TrainedWeights<string>
  readonly #loss: () => tf.Scalar
  readonly #data: tf.Tensor[] = []

  constructor(sizes: UpdateSizes) {
    const random = new RandomStream(1)
    const { observation, actorHidden, action, steps, batch } = sizes
    const widths = { embed: actorHidden, hidden: actorHidden, head: actorHidden }
    const actorShape = { observation, action, ...widths }
    const criticShape = { input: sizes.critic, hidden: sizes.criticHidden }
    const actor = new TrainedWeights(
      actorLayout(actorShape),
      initialActorWeights(actorShape, -0.5, random),
    )
    const critic = new TrainedWeights(
      criticLayout(criticShape),
      initialCriticWeights(criticShape, random),
    )
    const rows = steps * batch
    const normal = <T extends tf.Tensor>(...shape: number[]) => this.#draw<T>(random, shape)
    const x = normal<tf.Tensor3D>(steps, batch, observation)
    const state = normal<tf.Tensor2D>(batch, 2 * actorHidden)
    const mask = tf.ones<tf.Rank.R2>([steps, batch])
    const privileged = normal<tf.Tensor2D>(rows, sizes.critic)
    const wanted = {
      action: normal<tf.Tensor2D>(rows, action),
      logProb: normal<tf.Tensor1D>(rows),
      advantage: normal<tf.Tensor1D>(rows),
      target: normal<tf.Tensor1D>(rows),
    }
    this.#data.push(mask)
    this.#actor = actor
    this.#critic = critic
    this.#loss = () => {
      const weights = actor.named(actor.variables)
      const mean = actorForward(actorShape, weights, { x, state, mask })
      const values = criticForward(critic.named(critic.variables), privileged)
      const logStd = weights.logStd as tf.Tensor1D
      return ppoLoss({ mean, logStd, values }, wanted, LOSS).loss
    }
  }

  #draw<T extends tf.Tensor>(random: RandomStream, shape: number[]): T {
    const size = tf.util.sizeFromShape(shape)
    const values = Float32Array.from({ length: size }, () => random.normal())
    const tensor = tf.tensor(values, shape)
    this.#data.push(tensor)
    return tensor as T
  }

  get numWeights(): number {
    return this.#actor.layout.size + this.#critic.layout.size
  }

  /** Loss, gradients and one Adam step for each network. @returns the loss, read back */
  async step(): Promise<number> {
    const loss = tf.tidy(() => {
      const [actor, critic] = [this.#actor, this.#critic]
      const variables = [...actor.variables, ...critic.variables]
      const { value, grads } = tf.variableGrads(this.#loss, variables)
      for (const network of [actor, critic]) {
        network.step(
          network.variables.map((variable) => grads[variable.name]!),
          STEP,
        )
      }
      return value
    })
    return (await readAndDispose(loss))[0]!
  }

  /** What one step costs TensorFlow.js: kernels run, and tensors left behind (0). */
  async profile(): Promise<{
    numKernels: number
    numLeaked: number
    msByKernel: [string, number][]
  }> {
    const before = tf.memory().numTensors
    const { kernels } = await tf.profile(async () => {
      await this.step()
      return []
    })
    const byName = new Map<string, number>()
    for (const { name, kernelTimeMs } of kernels) {
      byName.set(name, (byName.get(name) ?? 0) + Number(await kernelTimeMs))
    }
    const msByKernel = [...byName].sort((a, b) => b[1] - a[1])
    return { numKernels: kernels.length, numLeaked: tf.memory().numTensors - before, msByKernel }
  }

  dispose(): void {
    tf.dispose(this.#data)
    this.#actor.dispose()
    this.#critic.dispose()
  }
}
