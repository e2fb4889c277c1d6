import { type NamedArrays, savedArray } from '../learning/checkpoint.ts'

/**
 * Exponential moving average of weights over updates (Polyak and Juditsky 1992). Late in training the
 * weights wander about an optimum with the noise of their gradients: the average lies nearer to it.
 *
 *   mean ← mean + (1 − d) · (weights − mean),   d = min(decay, (1 + n) / (10 + n)) after n updates
 *
 * so that the weights of the first updates, far off, are soon forgotten.
 */
export class AveragedWeights {
  readonly #decay: number
  readonly #mean: Float32Array
  #updates = 0

  /** @param initial - weights before the first update; copied */
  constructor(initial: Float32Array, decay: number) {
    this.#decay = decay
    this.#mean = initial.slice()
  }

  /** The average now; a view. */
  get mean(): Float32Array {
    return this.#mean
  }

  /** Takes in the weights after an update. */
  add(weights: Float32Array): void {
    this.#updates++
    const rate = 1 - Math.min(this.#decay, (1 + this.#updates) / (10 + this.#updates))
    const mean = this.#mean
    for (let k = 0; k < mean.length; k++) mean[k]! += rate * (weights[k]! - mean[k]!)
  }

  save(prefix: string): NamedArrays {
    return {
      [`${prefix}.mean`]: this.#mean.slice(),
      [`${prefix}.updates`]: Float64Array.of(this.#updates),
    }
  }

  restore(prefix: string, saved: NamedArrays): void {
    this.#mean.set(savedArray(saved, `${prefix}.mean`, this.#mean.length))
    this.#updates = savedArray(saved, `${prefix}.updates`, 1)[0]!
  }
}
