import type { SpreadPerParameter } from './draw.ts'

/** Settings of automatic domain randomization (OpenAI 2019, arXiv 1910.07113, algorithm 1). */
export interface AutomaticConfig {
  /** Share of the episodes with one parameter at one of its present bounds. */
  readonly pinnedShare: number
  /** Results of a bound that a decision takes. */
  readonly bufferEpisodes: number
  /** A bound whose episodes succeed more often than this moves out, less often than that moves in. */
  readonly highSuccess: number
  readonly lowSuccess: number
  /** How far a bound moves, where 1 is the way from nominal to the rule's bound. */
  readonly step: number
  /** Bounds go no further than this; beyond 1 they leave the rule's range. */
  readonly mostWidth: number
}

/** Where the bounds stand; plain numbers, stored in checkpoints. */
export interface AutomaticState {
  /** See `RandomizedParameter`. */
  readonly lowShare: readonly number[]
  /** Width towards the lower and the upper bound of each ruled parameter, 0 nominal. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Episodes and successes of each bound since its last move [2 × parameters], lower before upper. */
  readonly episodes: readonly number[]
  readonly successes: readonly number[]
}

/** Ranges narrower than this share of their rules' count as this wide in the entropy. */
const SMALLEST_RANGE = 1e-3

/** @param lowShare - of each ruled parameter, see `RandomizedParameter` */
export function startAutomatic(lowShare: readonly number[], initialWidth: number): AutomaticState {
  const all = (length: number, value: number) => Array.from({ length }, () => value)
  return {
    lowShare,
    low: all(lowShare.length, initialWidth),
    high: all(lowShare.length, initialWidth),
    episodes: all(2 * lowShare.length, 0),
    successes: all(2 * lowShare.length, 0),
  }
}

/** The state after these episodes. @param pinned - see `Draw.pinned` */
export function advanceAutomatic(
  state: AutomaticState,
  results: Iterable<{ readonly pinned: number; readonly isSuccess: boolean }>,
  config: AutomaticConfig,
): AutomaticState {
  const [low, high] = [[...state.low], [...state.high]]
  const [episodes, successes] = [[...state.episodes], [...state.successes]]
  for (const { pinned, isSuccess } of results) {
    if (pinned < 0) continue
    episodes[pinned] = episodes[pinned]! + 1
    successes[pinned] = successes[pinned]! + (isSuccess ? 1 : 0)
    if (episodes[pinned]! < config.bufferEpisodes) continue
    const success = successes[pinned]! / episodes[pinned]!
    episodes[pinned] = 0
    successes[pinned] = 0
    const side = pinned % 2 === 0 ? low : high
    const parameter = pinned >> 1
    const move =
      success > config.highSuccess ? config.step : success < config.lowSuccess ? -config.step : 0
    side[parameter] = Math.max(0, Math.min(config.mostWidth, side[parameter]! + move))
  }
  return { lowShare: state.lowShare, low, high, episodes, successes }
}

export function spreadOf(
  { low, high }: AutomaticState,
  { pinnedShare }: AutomaticConfig,
): SpreadPerParameter {
  return { low, high, pinnedShare }
}

/** Mean width of the ranges, 1 where they are as wide as their rules. */
export function meanWidth(state: AutomaticState): number {
  return mean(widthsOf(state))
}

/**
 * Mean logarithm of the ranges [nat], 0 when all are as wide as their rules: the entropy of the drawn
 * worlds, but for a constant.
 */
export function entropyOf(state: AutomaticState): number {
  return mean(widthsOf(state).map((width) => Math.log(Math.max(SMALLEST_RANGE, width))))
}

/** Width of each range as a share of its rule's: a side counts for as much of it as it takes. */
function widthsOf({ lowShare, low, high }: AutomaticState): number[] {
  return lowShare.map((share, k) => share * low[k]! + (1 - share) * high[k]!)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length
}
