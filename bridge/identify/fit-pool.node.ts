import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import {
  fitServo,
  type ServoFit,
  type ServoFitOptions,
} from '../../robot/identification/fit-servo.ts'
import type { ServoProblem } from '../../robot/identification/servo-objective.ts'

export interface FitTask {
  readonly problem: ServoProblem
  readonly options: ServoFitOptions
}

interface Waiting {
  readonly task: FitTask
  readonly resolve: (fit: ServoFit) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Fits in threads, as many at a time as there are; with one, in this thread. The result of a fit does not depend
 * on it. Threads run from `dist/` only.
 */
export class FitPool {
  readonly #queue: Waiting[] = []
  readonly #idle: Worker[] = []
  readonly #workers = new Map<Worker, Waiting | undefined>()
  readonly #signal: AbortSignal

  /** @param signal - ends what is under way: its fits reject with the signal's reason */
  constructor(numThreads: number, signal: AbortSignal) {
    this.#signal = signal
    const file = new URL('./fit-worker.node.js', import.meta.url)
    for (let i = 0; numThreads > 1 && i < numThreads; i++) {
      const worker = new Worker(file)
      this.#workers.set(worker, undefined)
      this.#idle.push(worker)
      worker.on('message', (fit: ServoFit) => this.#finish(worker, fit))
      worker.on('error', (cause) => this.#fail(broken(cause)))
    }
    signal.addEventListener('abort', this.#abort)
  }

  async fit(problem: ServoProblem, options: ServoFitOptions): Promise<ServoFit> {
    // Lets an interruption in.
    await setImmediate()
    this.#signal.throwIfAborted()
    if (this.#workers.size === 0) return fitServo(problem, options)
    return new Promise((resolve, reject) => {
      this.#queue.push({ task: { problem, options }, resolve, reject })
      this.#assign()
    })
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort)
    await Promise.all([...this.#workers.keys()].map((worker) => worker.terminate()))
  }

  readonly #abort = (): void => this.#fail(this.#signal.reason)

  #assign(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop()!
      const waiting = this.#queue.shift()!
      this.#workers.set(worker, waiting)
      worker.postMessage(waiting.task)
    }
  }

  #finish(worker: Worker, fit: ServoFit): void {
    this.#workers.get(worker)?.resolve(fit)
    this.#workers.set(worker, undefined)
    this.#idle.push(worker)
    this.#assign()
  }

  #fail(reason: unknown): void {
    for (const { reject } of this.#queue.splice(0)) reject(reason)
    for (const waiting of this.#workers.values()) waiting?.reject(reason)
  }
}

function broken(cause: unknown): CodedError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CodedError('BRIDGE_INTERNAL', `a fitting thread failed: ${reason}`, {
    hint: '--workers 1 fits without threads',
    cause,
  })
}
