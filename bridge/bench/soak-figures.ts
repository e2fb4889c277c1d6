import { STAGES, type Stage } from '../deploy/cycle-stages.ts'
import { quantile } from './figures.ts'

/** Memory of one process at one time. */
export interface ProcessReading {
  readonly process: string
  readonly timeS: number
  readonly rssBytes: number
}

/** What one viewer got. */
export interface ViewerReading {
  readonly frames: number
  /** Between two states [s]. */
  readonly longestGapS: number
  /** The connection broke before the end. */
  readonly isLost: boolean
}

export interface ProcessGrowth {
  readonly process: string
  readonly rssBytes: number
  /**
   * Of the last quarter's smallest reading over the second quarter's; the first has the start and the compiler in it.
   * The smallest, since what V8 has not collected yet is resident too: it comes and goes on top of what is kept.
   */
  readonly growth: number
  /** Of a straight line through the readings of the second half, by least squares [bytes/s]. */
  readonly slopeBytesPerS: number
}

export interface StageTimes {
  readonly stage: Stage
  readonly p50S: number
  readonly p99S: number
  /** Cycles that were longer than their period, and it was the longest of their stages. */
  readonly overruns: number
}

/** @param cycles - seconds by stage, in the order of `STAGES`, of each set-point cycle */
export function stageTimes(cycles: readonly ArrayLike<number>[], periodS: number): StageTimes[] {
  const overruns = STAGES.map(() => 0)
  for (const cycle of cycles) {
    const seconds = Array.from(cycle)
    const sumS = seconds.reduce((sum, each) => sum + each, 0)
    if (sumS > periodS) overruns[seconds.indexOf(Math.max(...seconds))]!++
  }
  return STAGES.map((stage, k) => {
    const seconds = cycles.map((cycle) => cycle[k]!)
    const [p50S, p99S] = [quantile(seconds, 0.5), quantile(seconds, 0.99)]
    return { stage, p50S, p99S, overruns: overruns[k]! }
  })
}

/** How a process's memory went; NaN growth where readings are too few. */
export function growthOfProcesses(readings: readonly ProcessReading[]): ProcessGrowth[] {
  const names = [...new Set(readings.map(({ process }) => process))]
  return names.map((process) => {
    const own = readings.filter((reading) => reading.process === process)
    const quarter = (from: number) =>
      Math.min(
        ...own
          .slice(Math.floor(own.length * from), Math.floor(own.length * (from + 0.25)))
          .map(({ rssBytes }) => rssBytes),
      )
    const isEnough = own.length >= 8
    return {
      process,
      rssBytes: own.at(-1)!.rssBytes,
      growth: isEnough ? quarter(0.75) / quarter(0.25) - 1 : Number.NaN,
      slopeBytesPerS: isEnough ? slopeOf(own.slice(Math.floor(own.length / 2))) : Number.NaN,
    }
  })
}

function slopeOf(readings: readonly ProcessReading[]): number {
  const mean = (of: (reading: ProcessReading) => number) =>
    readings.reduce((sum, reading) => sum + of(reading), 0) / readings.length
  const [timeS, rssBytes] = [mean((each) => each.timeS), mean((each) => each.rssBytes)]
  const spread = mean((each) => (each.timeS - timeS) ** 2)
  return mean((each) => (each.timeS - timeS) * (each.rssBytes - rssBytes)) / spread
}

/** Longest time between two neighbours [s]; infinite where there are none. */
export function longestGapS(timesS: readonly number[]): number {
  if (timesS.length < 2) return Number.POSITIVE_INFINITY
  return timesS.slice(1).reduce((longest, timeS, k) => Math.max(longest, timeS - timesS[k]!), 0)
}
