/** Figures and plots change no more often than people can follow [ms]. */
export const FIGURES_EVERY_MS = 150

/** Does something as often as it is asked for, but not more often than every so many milliseconds; the last asking counts. */
export class Paced {
  private readonly periodMs: number
  private readonly act: () => void
  private lastMs = Number.NEGATIVE_INFINITY
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(periodMs: number, act: () => void) {
    this.periodMs = periodMs
    this.act = act
  }

  ask(): void {
    const waitMs = this.lastMs + this.periodMs - performance.now()
    if (waitMs <= 0) this.now()
    else this.timer ??= setTimeout(() => this.now(), waitMs)
  }

  /** At once. */
  now(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.lastMs = performance.now()
    this.act()
  }
}
