import type { PpoConfig } from './ppo.schema.ts'

export interface Annealed {
  /** Log standard deviation of the exploration noise. */
  readonly logStd: number
  /** Divergence between acting and learnt policy that the learning rate aims at. */
  readonly klTarget: number
}

/** The values of an update: straight lines between the first and the second of each pair. */
export function annealed(config: PpoConfig, iteration: number): Annealed {
  const { fromUpdate, untilUpdate } = config.annealing
  const way = (iteration - fromUpdate) / (untilUpdate - fromUpdate)
  const share = iteration < fromUpdate ? 0 : iteration >= untilUpdate ? 1 : way
  const between = ([first, last]: readonly [number, number]) => first + (last - first) * share
  return { logStd: between(config.logStd), klTarget: between(config.klTarget) }
}
