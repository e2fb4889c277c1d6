import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock, ScheduledEvent } from '../../model/clock.ts'
import type { FrameSource } from '../protocols/servo-protocol.ts'
import type { Transport } from '../transports/transport.ts'
import { HostStalls } from './host-stalls.ts'
import { WatchedWriter } from './watched-writer.ts'

/** What a received frame is to the request under way. */
export type FrameVerdict = 'done' | 'more' | 'stray'

/** Judges each status frame that comes while a request is under way. */
export type Accept = (id: number, error: number, parameters: Uint8Array) => FrameVerdict

interface UnderWay {
  readonly accept: Accept
  readonly finish: (isDone: boolean) => void
  readonly fail: (reason: Error) => void
  /** More frames are to come. */
  readonly goOn: () => void
}

/** How long the first frame, and each after another, may take [s]. */
interface Patience {
  readonly timeoutS: number
  readonly gapS: number
}

/**
 * Requests over a half-duplex bus, one at a time and in order. Whatever was received before a request is
 * sent is forgotten, so it cannot answer it.
 */
export class Exchange {
  readonly #writer: WatchedWriter
  readonly #clock: EventClock
  readonly #parser: FrameSource
  #underWay: UnderWay | undefined
  #lost: Error | undefined
  #tail: Promise<unknown> = Promise.resolve()
  numStrayFrames = 0
  /** When this computer did not listen. */
  readonly stalls = new HostStalls()

  constructor(transport: Transport, clock: EventClock, parser: FrameSource) {
    this.#parser = parser
    this.#clock = clock
    this.#writer = new WatchedWriter(transport, clock, (reason) => {
      this.#lost = reason
    })
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
   * Sends a request and waits until `accept` says done; false when `timeoutS` passed first, or `gapS` after a frame
   * that was not the last. Where this computer stood still meanwhile, an answer may lie unread: it waits as long once
   * more.
   */
  run(frame: Uint8Array, accept: Accept, timeoutS: number, gapS = timeoutS): Promise<boolean> {
    return this.#inTurn(() => this.#request(frame, accept, { timeoutS, gapS }))
  }

  async #request(frame: Uint8Array, accept: Accept, patience: Patience): Promise<boolean> {
    this.#parser.reset()
    const endS = this.#clock.now() + patience.timeoutS
    let timeout: ScheduledEvent | undefined
    const waitUntil = (dueS: number, onOver: (hasStalled: boolean) => void): void => {
      timeout?.cancel()
      timeout = this.#clock.schedule(dueS, () => onOver(this.stalls.note(dueS, this.#clock.now())))
    }
    try {
      const answer = new Promise<boolean>((resolve, reject) => {
        const wait = (waitS: number): void => {
          const giveUp = () => resolve(false)
          const orWaitOn = (hasStalled: boolean) =>
            hasStalled ? waitUntil(this.#clock.now() + waitS, giveUp) : giveUp()
          waitUntil(Math.min(endS, this.#clock.now() + waitS), orWaitOn)
        }
        this.#underWay = { accept, finish: resolve, fail: reject, goOn: () => wait(patience.gapS) }
        wait(patience.timeoutS)
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
    await this.#writer.write(frame)
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
    if (verdict === 'more') this.#underWay?.goOn()
  }
}
