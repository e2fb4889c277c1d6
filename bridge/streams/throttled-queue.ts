import type { EventClock, ScheduledEvent } from '../../robot/model/clock.ts'

export interface ThrottledQueueOptions {
  readonly clock: EventClock
  /** Least time between two items [s]; 0 passes everything on at once. */
  readonly periodS: number
  /** Items kept while waiting; when full the oldest goes. With 0 whatever comes too early is dropped. */
  readonly length: number
}

/** Passes items on, at most one per period. */
export class ThrottledQueue<T> {
  /** Items that were never passed on. */
  numDropped = 0
  #options: ThrottledQueueOptions
  readonly #deliver: (item: T) => void
  readonly #waiting: T[] = []
  #passedS = Number.NEGATIVE_INFINITY
  #timer: ScheduledEvent | undefined

  constructor(options: ThrottledQueueOptions, deliver: (item: T) => void) {
    this.#options = options
    this.#deliver = deliver
  }

  /** From now on; what waits stays. */
  configure(options: Omit<ThrottledQueueOptions, 'clock'>): void {
    this.#options = { ...this.#options, ...options }
  }

  push(item: T): void {
    const { clock, length } = this.#options
    if (this.#waiting.length === 0 && clock.now() >= this.#nextS()) {
      this.#pass(item)
      return
    }
    if (length === 0) {
      this.numDropped++
      return
    }
    if (this.#waiting.length >= length) {
      this.#waiting.shift()
      this.numDropped++
    }
    this.#waiting.push(item)
    this.#timer ??= clock.schedule(this.#nextS(), () => this.#release())
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting.length = 0
  }

  #nextS(): number {
    return this.#passedS + this.#options.periodS
  }

  #pass(item: T): void {
    this.#passedS = this.#options.clock.now()
    this.#deliver(item)
  }

  #release(): void {
    this.#timer = undefined
    const item = this.#waiting.shift()
    if (item !== undefined) this.#pass(item)
    if (this.#waiting.length > 0) {
      this.#timer = this.#options.clock.schedule(this.#nextS(), () => this.#release())
    }
  }
}
