import * as tf from '@tensorflow/tfjs-core'
import { type NamedArrays, savedArray } from '../learning/checkpoint.ts'
import type { TrainedWeights } from './trained-weights.ts'

/** A network that follows another slowly, so that what is aimed at stands still. Owns tensors until `dispose`. */
export class TargetWeights<Name extends string> {
  readonly variables: readonly tf.Variable[]
  readonly #leader: TrainedWeights<Name>

  /** Begins where the leader is. */
  constructor(leader: TrainedWeights<Name>) {
    this.#leader = leader
    this.variables = tf.tidy(() =>
      leader.variables.map((variable) => tf.variable(variable.clone())),
    )
  }

  /** target ← target + rate · (leader − target) */
  follow(rate: number): void {
    tf.tidy(() => {
      for (const [k, variable] of this.variables.entries()) {
        const way = tf.sub(this.#leader.variables[k]!, variable)
        variable.assign(tf.add(variable, tf.mul(way, rate)))
      }
    })
  }

  named(): Record<Name, tf.Tensor> {
    return this.#leader.named(this.variables)
  }

  async save(prefix: string): Promise<NamedArrays> {
    const flat = new Float32Array(this.#leader.layout.size)
    return { [prefix]: await this.#leader.join(this.variables, flat) }
  }

  restore(prefix: string, saved: NamedArrays): void {
    const flat = Float32Array.from(savedArray(saved, prefix, this.#leader.layout.size))
    tf.tidy(() => {
      for (const [k, values] of this.#leader.split(flat).entries()) {
        this.variables[k]!.assign(values)
      }
    })
  }

  dispose(): void {
    for (const variable of this.variables) variable.dispose()
  }
}
