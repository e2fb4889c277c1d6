import type { RecordingFrame } from './recording-frames.ts'

/** An hour and more at the usual rate; a page holds some hundred megabytes of them. */
const MOST_STATES = 100_000
/** States are this far apart at least [s]. */
const STATE_EVERY_S = 0.039
/** After thinning out there is room for a third more at least. */
const ROOM = 4 / 3

/**
 * The frames of a recording of any length, in order of time: of more states than a page can hold every second one goes,
 * again and again. What safety did and how episodes ended stays, with the state that is shown then.
 */
export class FrameStrip<Kept> {
  /** How far apart states are at least [s]. */
  everyS = STATE_EVERY_S
  frames: Kept[] = []
  private areStates: boolean[] = []
  private numStates = 0
  private mostStates: number
  private readonly keep: (frame: RecordingFrame) => Kept

  /** @param keep - in what form frames are kept */
  constructor(keep: (frame: RecordingFrame) => Kept, mostStates = MOST_STATES) {
    this.keep = keep
    this.mostStates = mostStates
  }

  get isThinned(): boolean {
    return this.everyS > STATE_EVERY_S
  }

  push(frame: RecordingFrame): void {
    if (this.numStates === this.mostStates) this.thinOut()
    this.add(this.keep(frame), 'state' in frame)
  }

  private add(kept: Kept, isState: boolean): void {
    this.frames.push(kept)
    this.areStates.push(isState)
    if (isState) this.numStates++
  }

  private thinOut(): void {
    const { areStates, frames } = this
    this.frames = []
    this.areStates = []
    this.numStates = 0
    let isKept = false
    for (const [k, frame] of frames.entries()) {
      const isState = areStates[k]!
      if (isState) isKept = !isKept
      // The newest may yet be shown with something.
      if (!isState || isKept || areStates[k + 1] !== true) this.add(frame, isState)
    }
    this.everyS *= 2
    // Where nearly every state is shown with something, there may be more of them.
    this.mostStates = Math.max(this.mostStates, Math.ceil(this.numStates * ROOM))
  }
}
