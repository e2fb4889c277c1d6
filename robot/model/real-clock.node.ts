import type { EventClock, ScheduledEvent } from './clock.ts'
import { EventQueue } from './event-queue.ts'
import { sleepByEvent } from './sleep.ts'

/**
 * Timers of Node count whole milliseconds: sleep until this long before the deadline, then spin [s]. Not longer: whoever
 * spins keeps off its core the threads that bring its bytes.
 */
const SPIN_S = 0.001

/** The machine's monotonic clock [s]. Wakes within microseconds of a deadline by spinning its last millisecond. */
export class RealClock implements EventClock {
  readonly #queue = new EventQueue()
  #timer: NodeJS.Timeout | undefined
  #timerS = Number.POSITIVE_INFINITY
  #immediate: NodeJS.Immediate | undefined
  readonly #turn = (): void => {
    this.#immediate = undefined
    this.#runDue()
  }

  now(): number {
    return performance.now() / 1000
  }

  sleepUntil(timeS: number, signal?: AbortSignal): Promise<void> {
    return sleepByEvent(this, timeS, signal)
  }

  schedule(timeS: number, run: () => void): ScheduledEvent {
    const event = this.#queue.schedule(timeS, run)
    this.#arm()
    return event
  }

  #runDue(): void {
    const nowS = this.now()
    let next = this.#queue.peek()
    while (next !== undefined && next.timeS <= nowS) {
      const { run } = this.#queue.pop()!
      run!()
      next = this.#queue.peek()
    }
    this.#arm()
  }

  /** Waits for the earliest event: by a timer while it is far, turn by turn when it is near. */
  #arm(): void {
    if (this.#immediate !== undefined) return
    const next = this.#queue.peek()
    if (next === undefined) {
      this.#clearTimer()
      return
    }
    const waitS = next.timeS - this.now()
    if (waitS <= SPIN_S) {
      this.#clearTimer()
      this.#immediate = setImmediate(this.#turn)
    } else if (next.timeS < this.#timerS) {
      this.#clearTimer()
      this.#timerS = next.timeS
      this.#timer = setTimeout(
        () => {
          this.#clearTimer()
          this.#runDue()
        },
        Math.floor((waitS - SPIN_S) * 1000),
      )
    }
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timerS = Number.POSITIVE_INFINITY
  }
}
