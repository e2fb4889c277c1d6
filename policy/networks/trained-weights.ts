import * as tf from '@tensorflow/tfjs-core'
import { type NamedArrays, savedArray } from '../learning/checkpoint.ts'
import { type AdamState, adamStep, createAdamState, disposeAdamState } from '../ops/index.ts'
import { type FlatLayout, slotValues } from './flat-parameters.ts'

export interface StepOptions {
  readonly learningRate: number
  /** Gradients of a greater Euclidean norm, taken together, are scaled down to it. */
  readonly maxNorm: number
}

/** As PyTorch users set it for PPO; the default 1e-8 lets rare gradients take long steps. */
const ADAM_EPSILON = 1e-5

/** One network's weights as variables, with their Adam moments. Owns tensors until `dispose`. */
export class TrainedWeights<Name extends string> {
  readonly layout: FlatLayout<Name>
  /** In slot order. */
  readonly variables: readonly tf.Variable[]
  readonly #adam: AdamState

  /** @param flat - initial weights, laid out as `layout` says; copied */
  constructor(layout: FlatLayout<Name>, flat: Float32Array) {
    this.layout = layout
    this.variables = tf.tidy(() => this.split(flat).map((values) => tf.variable(values)))
    this.#adam = createAdamState(this.variables)
  }

  /** Pairs tensors in slot order with their names. */
  named(tensors: readonly tf.Tensor[]): Record<Name, tf.Tensor> {
    const entries = this.layout.slots.map((slot, k) => [slot.name, tensors[k]!] as const)
    return Object.fromEntries(entries) as Record<Name, tf.Tensor>
  }

  /**
   * One Adam step along gradients in slot order.
   *
   * @returns the gradient norm before it was limited; the caller disposes it
   */
  step(gradients: readonly tf.Tensor[], options: StepOptions): tf.Scalar {
    return adamStep(this.variables, gradients, this.#adam, { ...options, epsilon: ADAM_EPSILON })
  }

  /** Sets all of one tensor's values. */
  fill(name: Name, value: number): void {
    const variable = this.variables[this.layout.slots.findIndex((slot) => slot.name === name)]!
    tf.tidy(() => variable.assign(tf.fill(variable.shape, value)))
  }

  /** A copy of all weights, laid out as `layout` says. */
  async flat(): Promise<Float32Array> {
    const flat = new Float32Array(this.layout.size)
    const values = await Promise.all(this.variables.map((variable) => variable.data()))
    for (const [k, { offset }] of this.layout.slots.entries()) flat.set(values[k]!, offset)
    return flat
  }

  /** One tensor's part of `flat`; a view. */
  values(name: Name, flat: Float32Array): Float32Array {
    return slotValues(this.layout.slots.find((slot) => slot.name === name)!, flat)
  }

  /** Copies tensors in slot order to `flat`, laid out as `layout` says. @returns `flat` */
  join(tensors: readonly tf.Tensor[], flat: Float32Array): Float32Array {
    for (const [k, slot] of this.layout.slots.entries()) {
      flat.set(tensors[k]!.dataSync(), slot.offset)
    }
    return flat
  }

  /** The reverse of `join`: fresh tensors in slot order. */
  split(flat: Float32Array): tf.Tensor[] {
    return this.layout.slots.map((slot) =>
      tf.tensor(slotValues(slot, flat).slice(), [...slot.shape]),
    )
  }

  /** Takes over the weights of `flat`, laid out as `layout` says. The moments stay. */
  assign(flat: Float32Array): void {
    tf.tidy(() => {
      for (const [k, values] of this.split(flat).entries()) this.variables[k]!.assign(values)
    })
  }

  async save(prefix: string): Promise<NamedArrays> {
    return {
      [`${prefix}.weights`]: await this.flat(),
      [`${prefix}.firstMoment`]: Float32Array.from(await this.#adam.m.data()),
      [`${prefix}.secondMoment`]: Float32Array.from(await this.#adam.v.data()),
      [`${prefix}.step`]: Float64Array.of(this.#adam.step),
    }
  }

  restore(prefix: string, saved: NamedArrays): void {
    const { size } = this.layout
    const read = (name: string) => Float32Array.from(savedArray(saved, `${prefix}.${name}`, size))
    const weights = read('weights')
    this.assign(weights)
    tf.tidy(() => {
      this.#adam.m.assign(tf.tensor1d(read('firstMoment')))
      this.#adam.v.assign(tf.tensor1d(read('secondMoment')))
    })
    this.#adam.step = savedArray(saved, `${prefix}.step`, 1)[0]!
  }

  dispose(): void {
    for (const variable of this.variables) variable.dispose()
    disposeAdamState(this.#adam)
  }
}
