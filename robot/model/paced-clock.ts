import type { EventClock, ScheduledEvent } from './clock.ts'
import { EventQueue } from './event-queue.ts'
import { settle } from './settle.ts'
import { sleepByEvent } from './sleep.ts'

/** A machine that is behind by less catches up; what it is behind beyond that it leaves behind [s]. */
const CATCH_UP_S = 0.05

/**
 * Virtual time that goes no faster than another clock: it stands still until everything that waits on it has been done,
 * then goes on to the next event once that is due. Where the machine is too slow time goes slower, and what happens in
 * it stays the same.
 */
export class PacedClock implements EventClock {
  readonly #real: EventClock
  readonly #queue = new EventQueue()
  #armed: ScheduledEvent | undefined
  #isSettling = false
  /** How far this time is behind that of the other clock [s]. */
  #lagS: number
  #nowS = 0

  /** Begins at 0. */
  constructor(real: EventClock) {
    this.#real = real
    this.#lagS = real.now()
  }

  now(): number {
    return this.#nowS
  }

  sleepUntil(timeS: number, signal?: AbortSignal): Promise<void> {
    return sleepByEvent(this, timeS, signal)
  }

  schedule(timeS: number, run: () => void): ScheduledEvent {
    const event = this.#queue.schedule(Math.max(timeS, this.#nowS), run)
    if (this.#queue.peek() === event) this.#arm()
    return event
  }

  /** Nothing that was scheduled happens any more; who sleeps never wakes. */
  close(): void {
    while (this.#queue.pop() !== undefined);
    this.#armed?.cancel()
  }

  #arm(): void {
    if (this.#isSettling) return
    this.#armed?.cancel()
    const next = this.#queue.peek()
    if (next === undefined) return
    this.#armed = this.#real.schedule(next.timeS + this.#lagS, () => this.#turn())
  }

  /** One event at a time: who waited for it goes on before the next. */
  #turn(): void {
    const nowS = this.#real.now() - this.#lagS
    const next = this.#queue.peek()
    // What it was armed for may have been called off.
    if (next === undefined || next.timeS > nowS) {
      this.#arm()
      return
    }
    const run = this.#queue.pop()!.run!
    this.#nowS = next.timeS
    this.#lagS += Math.max(0, nowS - next.timeS - CATCH_UP_S)
    this.#isSettling = true
    void settle().then(() => {
      this.#isSettling = false
      this.#arm()
    })
    run()
  }
}
