import type { Frame } from '../frames.ts'
import type { Theme } from './theme.ts'

/** What fills the page: a run, or a sample. */
export interface PageView {
  /** A frame of its own kind of scene; `isPaused` where the view stands still. */
  accept(frame: Frame, isPaused: boolean): void
  setTheme(theme: Theme): void
  /** The view goes on. */
  resume(): void
  /** A key that means nothing to the page itself. */
  onKey(key: string): void
}
