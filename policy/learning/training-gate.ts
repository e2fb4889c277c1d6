/** Where training can be held and let go on. Time that it was held does not count as training. */
export class TrainingGate {
  readonly #now: () => number
  #heldSinceS: number | undefined
  #heldS = 0
  #waiting: (() => void)[] = []

  /** @param now - monotonic [s] */
  constructor(now: () => number) {
    this.#now = now
  }

  get isHeld(): boolean {
    return this.#heldSinceS !== undefined
  }

  hold(): void {
    this.#heldSinceS ??= this.#now()
  }

  goOn(): void {
    if (this.#heldSinceS === undefined) return
    this.#heldS += this.#now() - this.#heldSinceS
    this.#heldSinceS = undefined
    for (const pass of this.#waiting.splice(0)) pass()
  }

  /** Resolves at once, or when training goes on. */
  pass(): Promise<void> {
    if (!this.isHeld) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  /** Time without that in which training was held [s]. */
  now(): number {
    return (this.#heldSinceS ?? this.#now()) - this.#heldS
  }
}
