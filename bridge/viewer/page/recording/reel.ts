import type { Counts, Intervention, RunEpisode, RunState } from '../../frames.ts'
import type { RecordingFrame } from '../../recording-frames.ts'

/** What is looked back on after a jump [s]. */
export const PAST_S = 20

interface Timed<T> {
  readonly timeS: number
  readonly value: T
}

/** What a recording holds, by time. */
export class Reel {
  readonly states: readonly Timed<RunState>[]
  readonly episodes: readonly Timed<RunEpisode>[]
  readonly interventions: readonly Timed<Intervention>[]

  constructor(frames: readonly RecordingFrame[]) {
    this.states = frames.flatMap((frame) =>
      'state' in frame ? [{ timeS: frame.timeS, value: frame.state }] : [],
    )
    this.episodes = frames.flatMap((frame) =>
      'episode' in frame ? [{ timeS: frame.timeS, value: frame.episode }] : [],
    )
    this.interventions = frames.flatMap((frame) =>
      'intervention' in frame ? [{ timeS: frame.timeS, value: frame.intervention }] : [],
    )
  }

  /** States after `fromS` and up to `toS`. */
  statesIn(fromS: number, toS: number): readonly RunState[] {
    return valuesIn(this.states, fromS, toS)
  }

  /** Safety stepping in after `fromS` and up to `toS`. */
  interventionsIn(fromS: number, toS: number): readonly Intervention[] {
    return valuesIn(this.interventions, fromS, toS)
  }

  /** The newest at a time; undefined before the first. */
  stateAt(timeS: number): RunState | undefined {
    return this.states[numUpTo(this.states, timeS) - 1]?.value
  }

  /** Episodes that had ended by then, and how they went. */
  episodesUpTo(timeS: number): { readonly counts: Counts; readonly recent: readonly RunEpisode[] } {
    const recent = this.episodes.slice(0, numUpTo(this.episodes, timeS)).map(({ value }) => value)
    const successes = recent.filter(({ isSuccess }) => isSuccess).length
    return { counts: { episodes: recent.length, successes }, recent }
  }

  /** Time of the state `by` places after (before, where negative) the one that is shown at `timeS`. */
  stepFrom(timeS: number, by: number): number {
    const { states } = this
    const shown = numUpTo(states, timeS) - 1
    return states[Math.min(states.length - 1, Math.max(0, shown + by))]?.timeS ?? 0
  }
}

function valuesIn<T>(list: readonly Timed<T>[], fromS: number, toS: number): readonly T[] {
  return list.slice(numUpTo(list, fromS), numUpTo(list, toS)).map(({ value }) => value)
}

/** How many have come by `timeS`: they are in order. */
function numUpTo(list: readonly Timed<unknown>[], timeS: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]!.timeS <= timeS) low = middle + 1
    else high = middle
  }
  return low
}
