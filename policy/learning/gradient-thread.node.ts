import { Worker } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import {
  CONTROL,
  type GradientMemory,
  type GradientSources,
  type GradientStart,
  NUM_PLACE,
} from './gradient-messages.ts'
import type { Sequence } from './sequences.ts'

/** How long the learner sleeps before it looks whether the thread is still there. */
const LOOK_MS = 500

/** The learner's end of one gradient worker: asks for a share, waits for it. Runs from `dist/` only. */
export class GradientThread {
  readonly memory: GradientMemory
  readonly #worker: Worker
  readonly #ready: Promise<void>
  #sources: GradientSources = []
  #numAsked = 0
  #failure: Error | undefined

  constructor(start: GradientStart) {
    this.memory = start.memory
    const file = new URL('./gradient-worker.node.js', import.meta.url)
    this.#worker = new Worker(file, { workerData: start })
    this.#ready = new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(this.#fail(cause))
      this.#worker.once('message', () => resolve())
      this.#worker.on('error', fail)
      this.#worker.on('exit', () => fail(new Error('the thread ended')))
    })
  }

  /** Settles when the thread can be asked, or cannot be started. */
  ready(): Promise<void> {
    return this.#ready
  }

  /** What the sequences asked for from now on are cut from, in shared memory: it is not copied. */
  tell(sources: GradientSources): void {
    this.#sources = sources
    this.#worker.postMessage(sources)
  }

  /**
   * Asks for the part that a share has in the gradients of a minibatch of so many sequences, at the weights
   * in memory now. The answer before is overwritten.
   *
   * @param share - cut from the sources told last
   */
  ask(share: readonly Sequence[], numSequences: number): void {
    const { control, places } = this.memory
    for (const [k, { source, chunk, env }] of share.entries()) {
      places.set([this.#sources.indexOf(source), chunk, env], k * NUM_PLACE)
    }
    control[CONTROL.share] = share.length
    control[CONTROL.minibatch] = numSequences
    this.#numAsked++
    Atomics.store(control, CONTROL.asked, this.#numAsked)
    Atomics.notify(control, CONTROL.asked)
  }

  /** Blocks until the answer is in memory. Throws POLICY_TRAINING_FAILED when the thread has ended. */
  async answer(): Promise<void> {
    const { control } = this.memory
    while (Atomics.load(control, CONTROL.answered) !== this.#numAsked) {
      if (this.#failure) throw this.#failure
      const outcome = Atomics.wait(control, CONTROL.answered, this.#numAsked - 1, LOOK_MS)
      if (outcome === 'timed-out') await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Ends the thread at once, whatever it is doing; its memory goes with it. */
  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(cause: unknown): Error {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `a gradient worker failed: ${reason}`
    this.#failure ??= new CodedError('POLICY_TRAINING_FAILED', message, {
      hint: 'resume from the last checkpoint',
      cause,
    })
    return this.#failure
  }
}
