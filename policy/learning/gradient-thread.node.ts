import { Worker } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import { CONTROL, type GradientMemory, type GradientStart } from './gradient-messages.ts'
import { minibatchOn } from './minibatch.ts'
import { gatherMinibatch, minibatchShape, type Sequence } from './sequences.ts'

/** How long the learner sleeps before it looks whether the thread is still there. */
const LOOK_MS = 500

/** The learner's end of one gradient worker: asks for a share, waits for it. Runs from `dist/` only. */
export class GradientThread {
  readonly memory: GradientMemory
  readonly #worker: Worker
  readonly #ready: Promise<void>
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

  /**
   * Asks for the part that a share has in the gradients of a minibatch of so many sequences, at the weights
   * in memory now. The answer before is overwritten.
   */
  ask(share: readonly Sequence[], numSequences: number): void {
    const { control, minibatch } = this.memory
    gatherMinibatch(share, minibatchOn(minibatchShape(share), minibatch))
    control[CONTROL.batch] = share.length
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
