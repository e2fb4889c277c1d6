import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock, ScheduledEvent } from '../../model/clock.ts'
import type { FrameSource } from '../protocols/servo-protocol.ts'
import type { Transport } from '../transports/transport.ts'
import { HostStalls } from './host-stalls.ts'

/** What a received frame is to the request under way. */
export type FrameVerdict = 'done' | 'more' | 'stray'

/** Judges each status frame that comes while a request is under way. */
export type Accept = (id: number, error: number, parameters: Uint8Array) => FrameVerdict

interface UnderWay {
  readonly accept: Accept
  readonly finish: (isDone: boolean) => void
  readonly fail: (reason: Error) => void
}

/**
 * Requests over a half-duplex bus, one at a time and in order. Whatever was received before a request is
 * sent is forgotten, so it cannot answer it.
 */
export class Exchange {
  readonly #transport: Transport
  readonly #clock: EventClock
  readonly #parser: FrameSource
  #underWay: UnderWay | undefined
  #lost: Error | undefined
  #tail: Promise<unknown> = Promise.resolve()
  numStrayFrames = 0
  /** When this computer did not listen. */
  readonly stalls = new HostStalls()

  constructor(transport: Transport, clock: EventClock, parser: FrameSource) {
    this.#transport = transport
    this.#parser = parser
    this.#clock = clock
    transport.onReceive((bytes) => this.#parser.push(bytes, this.#onFrame))
    transport.onClose((reason) => {
      this.#lost =
        reason ?? new CodedError('ROBOT_PORT_LOST', `the device at ${transport.path} is gone`)
      this.#underWay?.fail(this.#lost)
    })
  }

  /** After the transport was opened (again). */
  start(): void {
    this.#lost = undefined
    this.#parser.reset()
  }

  /** Sends a frame that has no answer. */
  send(frame: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#write(frame))
  }

  /**
   * Sends a request and waits until `accept` says done; false when `timeoutS` passed first. Where this computer stood
   * still meanwhile, an answer may lie unread: it waits as long once more.
   */
  run(frame: Uint8Array, accept: Accept, timeoutS: number): Promise<boolean> {
    return this.#inTurn(() => this.#request(frame, accept, timeoutS))
  }

  async #request(frame: Uint8Array, accept: Accept, timeoutS: number): Promise<boolean> {
    this.#parser.reset()
    let timeout: ScheduledEvent | undefined
    const wait = (onOver: (hasStalled: boolean) => void): void => {
      const dueS = this.#clock.now() + timeoutS
      timeout = this.#clock.schedule(dueS, () => onOver(this.stalls.note(dueS, this.#clock.now())))
    }
    try {
      const answer = new Promise<boolean>((resolve, reject) => {
        this.#underWay = { accept, finish: resolve, fail: reject }
        wait((hasStalled) => (hasStalled ? wait(() => resolve(false)) : resolve(false)))
      })
      // The port may be lost while the write is under way: nobody waits for `answer` yet.
      answer.catch(() => {})
      await this.#write(frame)
      return await answer
    } finally {
      this.#underWay = undefined
      timeout?.cancel()
    }
  }

  async #write(frame: Uint8Array): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost
    await this.#transport.write(frame)
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task)
    this.#tail = result.catch(() => {})
    return result
  }

  readonly #onFrame = (id: number, error: number, parameters: Uint8Array): void => {
    const verdict = this.#underWay?.accept(id, error, parameters) ?? 'stray'
    if (verdict === 'stray') this.numStrayFrames++
    if (verdict === 'done') this.#underWay?.finish(true)
  }
}
