import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock, ScheduledEvent } from './clock.ts'
import { EventQueue } from './event-queue.ts'
import { settle } from './settle.ts'
import { sleepByEvent } from './sleep.ts'

/** Turns of the event loop without anything scheduled after which virtual time counts as stalled. */
const STALLED_TURNS = 100_000

/**
 * Time that stands still until everything that waits on it has been done, then jumps to the next event.
 *
 * Async code (drivers, control loops) runs on it unchanged and repeatably, as fast as the machine goes, as
 * long as it waits only on this clock: `run` lets all promise reactions finish between two events.
 */
export class VirtualClock implements EventClock {
  readonly #queue = new EventQueue()
  #nowS: number

  constructor(startS = 0) {
    this.#nowS = startS
  }

  now(): number {
    return this.#nowS
  }

  sleepUntil(timeS: number, signal?: AbortSignal): Promise<void> {
    return sleepByEvent(this, timeS, signal)
  }

  /** An event in the past runs next, at the present time. */
  schedule(timeS: number, run: () => void): ScheduledEvent {
    return this.#queue.schedule(Math.max(timeS, this.#nowS), run)
  }

  /** Advances time until `task` settles, and returns what it returned. */
  async run<T>(task: Promise<T> | (() => Promise<T>)): Promise<T> {
    let isDone = false
    const promise = typeof task === 'function' ? task() : task
    const end = (): void => {
      isDone = true
    }
    promise.then(end, end)
    let idleTurns = 0
    for (;;) {
      await settle()
      if (isDone) return promise
      if (this.#step(Number.POSITIVE_INFINITY)) {
        idleTurns = 0
      } else if (++idleTurns > STALLED_TURNS) {
        throw new CodedError(
          'ROBOT_CLOCK_STALLED',
          `virtual time stands at ${this.#nowS} s and nothing is scheduled`,
          {
            hint: 'the task waits for something that is not on its virtual clock',
          },
        )
      }
    }
  }

  /** Advances time to `timeS`, running everything due on the way. */
  async advanceTo(timeS: number): Promise<void> {
    await settle()
    while (this.#step(timeS)) await settle()
    this.#nowS = Math.max(this.#nowS, timeS)
  }

  #step(limitS: number): boolean {
    const next = this.#queue.peek()
    if (next === undefined || next.timeS > limitS) return false
    this.#queue.pop()
    this.#nowS = next.timeS
    next.run!()
    return true
  }
}
