import type { PpoConfig } from './ppo.schema.ts'

export interface AnnealedLimits {
  /** Upper bound of the log standard deviations of the exploration noise. */
  readonly maxLogStd: number
  /** Divergence between acting and learnt policy that the learning rate aims at. */
  readonly klTarget: number
}

/** The limits of an update, which fall in a straight line where the config says so. */
export function annealedLimits(config: PpoConfig, iteration: number): AnnealedLimits {
  const { annealing, klTarget } = config
  const { maxLogStd } = config.network
  if (annealing === undefined) return { maxLogStd, klTarget }
  const { fromUpdate, untilUpdate } = annealing
  const share = Math.min(1, Math.max(0, (iteration - fromUpdate) / (untilUpdate - fromUpdate)))
  return {
    maxLogStd: maxLogStd + (annealing.maxLogStd - maxLogStd) * share,
    klTarget: klTarget + (annealing.klTarget - klTarget) * share,
  }
}
