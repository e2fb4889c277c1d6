import type { Counts, Frame, Intervention, RunEpisode, RunState } from '../frames.ts'
import type { Theme } from './theme.ts'

/** A run up to some moment: of a recording, in which one may go back and forth. */
export interface PastFrame {
  readonly kind: 'past'
  /** Since the recording's beginning [s]. */
  readonly timeS: number
  readonly counts: Counts
  readonly recent: readonly RunEpisode[]
  /** Up to that moment, oldest first. */
  readonly states: readonly RunState[]
  /** Safety stepping in, in the same time. */
  readonly interventions: readonly Intervention[]
  /** They follow the ones that were shown before. */
  readonly isNext: boolean
  /** An episode has ended since. */
  readonly hasEpisode: boolean
}

export type PageFrame = Frame | PastFrame

/** What fills the page: a run, or a sample. */
export interface PageView {
  /** A frame of its own kind of scene; `isPaused` where the view stands still. */
  accept(frame: PageFrame, isPaused: boolean): void
  setTheme(theme: Theme): void
  /** The view goes on. */
  resume(): void
  /** What is shown is not what happens now. */
  connectionLost(): void
  /** A key that means nothing to the page itself. */
  onKey(key: string): void
}
