import type { RecordingFrames } from '../../recording-frames.ts'
import type { PageFrame } from '../page-view.ts'
import { Playhead } from './playhead.ts'
import { PAST_S, Reel } from './reel.ts'
import { TimeLine } from './time-line.ts'

/** After a jump of this many seconds nothing is made up for. */
const LONGEST_TICK_S = 0.5
const JUMP_S = 1

/** Plays a recording into a view, from wherever its time line is put. */
export class RecordingPlayer {
  private readonly reel: Reel
  private readonly playhead: Playhead
  private readonly timeLine: TimeLine
  private readonly show: (frame: PageFrame) => void
  private readonly onPlay: (isPlaying: boolean) => void
  private shownS = Number.POSITIVE_INFINITY
  private numEpisodes = 0
  private lastMs = performance.now()

  constructor(
    { durationS, frames }: RecordingFrames,
    show: (frame: PageFrame) => void,
    onPlay: (isPlaying: boolean) => void,
  ) {
    this.reel = new Reel(frames)
    this.playhead = new Playhead(durationS)
    this.show = show
    this.onPlay = onPlay
    const { playhead, reel } = this
    this.timeLine = new TimeLine({ playhead, reel, durationS, onChange: () => this.changed() })
    requestAnimationFrame(this.tick)
  }

  /** Whether the key meant something here. */
  onKey(key: string): boolean {
    const act = this.keys[key]
    act?.()
    if (act !== undefined) this.changed()
    return act !== undefined
  }

  private readonly keys: Readonly<Record<string, () => void>> = {
    ' ': () => this.playhead.toggle(),
    ArrowLeft: () => this.playhead.seek(this.playhead.timeS - JUMP_S),
    ArrowRight: () => this.playhead.seek(this.playhead.timeS + JUMP_S),
    ',': () => this.step(-1),
    '.': () => this.step(1),
    '-': () => this.playhead.changeSpeed(-1),
    '+': () => this.playhead.changeSpeed(1),
    l: () => {
      this.playhead.isLooping = !this.playhead.isLooping
    },
    Home: () => this.playhead.seek(0),
    End: () => this.playhead.seek(Number.POSITIVE_INFINITY),
  }

  /** To the state before or after this one, and stops there. */
  private step(by: number): void {
    this.playhead.isPlaying = false
    this.playhead.seek(this.reel.stepFrom(this.playhead.timeS, by))
  }

  private readonly tick = (nowMs: number) => {
    const passedS = Math.min(LONGEST_TICK_S, (nowMs - this.lastMs) / 1000)
    this.lastMs = nowMs
    const { isPlaying, timeS } = this.playhead
    this.playhead.advance(Math.max(0, passedS))
    const hasMoved = this.playhead.timeS !== timeS || this.playhead.isPlaying !== isPlaying
    if (hasMoved) this.changed()
    requestAnimationFrame(this.tick)
  }

  private changed(): void {
    const { isPlaying, timeS } = this.playhead
    const isNext = timeS >= this.shownS && timeS - this.shownS < JUMP_S / 2
    const fromS = isNext ? this.shownS : timeS - PAST_S
    const states = this.reel.statesIn(fromS, timeS)
    const interventions = this.reel.interventionsIn(fromS, timeS)
    const isOther = timeS !== this.shownS
    const past = this.reel.episodesUpTo(timeS)
    const hasEpisode = past.counts.episodes !== this.numEpisodes
    this.shownS = timeS
    this.numEpisodes = past.counts.episodes
    this.timeLine.show()
    this.onPlay(isPlaying)
    if (!isOther) return
    this.show({ kind: 'past', timeS, ...past, states, interventions, isNext, hasEpisode })
  }
}
