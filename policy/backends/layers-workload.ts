import * as tf from '@tensorflow/tfjs-core'

/** A network of dense layers and the batch it is trained on. */
export interface LayersSizes {
  readonly inputs: number
  readonly hidden: readonly number[]
  readonly outputs: number
  readonly batch: number
}

/** Trains such a network on the backend that is current; the same weights and data every time. */
export class LayersWorkload {
  /** Of the steps so far. */
  readonly losses: number[] = []
  readonly #weights: { readonly kernel: tf.Variable; readonly bias: tf.Variable }[]
  readonly #x: tf.Tensor2D
  readonly #y: tf.Tensor2D
  readonly #optimizer = tf.train.adam(1e-3)

  constructor({ inputs, hidden, outputs, batch }: LayersSizes) {
    const widths = [inputs, ...hidden, outputs]
    this.#weights = widths.slice(1).map((width, i) => ({
      kernel: tf.variable(
        tf.randomNormal([widths[i]!, width], 0, Math.sqrt(2 / widths[i]!), 'float32', i + 1),
      ),
      bias: tf.variable(tf.zeros([width])),
    }))
    this.#x = tf.randomNormal([batch, inputs], 0, 1, 'float32', 11)
    this.#y = tf.randomNormal([batch, outputs], 0, 1, 'float32', 12)
  }

  /** One step of Adam. */
  async step(): Promise<void> {
    const loss = this.#optimizer.minimize(() => this.#loss(), true)!
    this.losses.push((await loss.data())[0]!)
    loss.dispose()
  }

  dispose(): void {
    for (const { kernel, bias } of this.#weights) tf.dispose([kernel, bias])
    tf.dispose([this.#x, this.#y])
    this.#optimizer.dispose()
  }

  #loss(): tf.Scalar {
    const last = this.#weights.length - 1
    const activation = (i: number) => (i === last ? 'linear' : 'relu')
    const out = this.#weights.reduce<tf.Tensor>(
      (a, { kernel, bias }, i) =>
        tf.fused.matMul({
          ...{ a: a as tf.Tensor2D, b: kernel as tf.Tensor2D },
          ...{ bias, activation: activation(i) },
        }),
      this.#x,
    )
    return tf.losses.meanSquaredError(this.#y, out)
  }
}
