import type { JogMotion } from './jog-source.ts'

/** A person's hand on an arm: while it is there the policy waits, and the arm goes where the hand moves it. */
export interface Hand {
  readonly isOn: boolean
  /** The motion that is asked for now; undefined: to stand still. */
  asked(): JogMotion | undefined
  /** Of full speed, 0..1. */
  share(): number
}

/**
 * A hand that moves the arm from afar. A motion that is not asked for again within `deadManS` is over; the arm stays
 * in the hand, standing still, until it is given back.
 */
export class DistantHand implements Hand {
  #isOn = false
  #share = 1
  #motion: JogMotion | undefined
  #heardS = Number.NEGATIVE_INFINITY
  readonly #now: () => number
  readonly #deadManS: number

  /** @param now - monotonic [s] */
  constructor(now: () => number, deadManS: number) {
    this.#now = now
    this.#deadManS = deadManS
  }

  get isOn(): boolean {
    return this.#isOn
  }

  take(): void {
    this.letGo()
    this.#isOn = true
  }

  /** Counts for `deadManS` from now on, in a hand that has the arm. */
  move(motion: JogMotion, share: number): void {
    if (!this.#isOn) return
    this.#motion = motion
    this.#share = share
    this.#heardS = this.#now()
  }

  /** The arm stands still. */
  letGo(): void {
    this.#motion = undefined
  }

  giveBack(): void {
    this.letGo()
    this.#isOn = false
  }

  asked(): JogMotion | undefined {
    return this.#now() - this.#heardS <= this.#deadManS ? this.#motion : undefined
  }

  share(): number {
    return this.#share
  }
}
