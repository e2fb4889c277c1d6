/** How fast a recording may be played, of real time. */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8] as const

/** Where in a recording one is, and how it goes on. Times since its beginning [s]. */
export class Playhead {
  isPlaying = true
  isLooping = true
  private readonly durationS: number
  private at = 0
  private speedIndex = SPEEDS.indexOf(1)

  constructor(durationS: number) {
    this.durationS = durationS
  }

  get timeS(): number {
    return this.at
  }

  get speed(): number {
    return SPEEDS[this.speedIndex]!
  }

  setSpeed(speed: number): void {
    this.speedIndex = Math.max(0, (SPEEDS as readonly number[]).indexOf(speed))
  }

  /** To the next slower or faster speed. */
  changeSpeed(by: -1 | 1): void {
    this.speedIndex = Math.min(SPEEDS.length - 1, Math.max(0, this.speedIndex + by))
  }

  /** Plays on for `realS` of real time; at the end it begins anew, or stops. */
  advance(realS: number): void {
    if (!this.isPlaying) return
    const next = this.at + realS * this.speed
    if (next < this.durationS) this.at = next
    else if (this.isLooping && this.at >= this.durationS) this.at = 0
    else {
      this.at = this.durationS
      this.isPlaying = this.isLooping
    }
  }

  /** Plays or stops; from the end, it plays from the beginning. */
  toggle(): void {
    this.isPlaying = !this.isPlaying
    if (this.isPlaying && this.at >= this.durationS) this.at = 0
  }

  seek(timeS: number): void {
    this.at = Math.min(this.durationS, Math.max(0, timeS))
  }
}
