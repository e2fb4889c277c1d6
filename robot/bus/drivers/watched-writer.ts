import type { EventClock } from '../../model/clock.ts'
import { stuckError } from '../transports/port-errors.ts'
import type { Transport } from '../transports/transport.ts'

/** Between two looks at whether the device takes what it is sent [s]. */
const LOOK_EVERY_S = 0.2
/** The first comes at any moment of a write, the second perhaps before its end is known, on a computer that stood still. */
const LOOKS = 3

/**
 * Writes, one at a time, to a device that may stop taking bytes, as a USB adapter does that hangs. One timer looks after
 * all of them, so that a cycle sets none.
 */
export class WatchedWriter {
  readonly #transport: Transport
  readonly #clock: EventClock
  readonly #onStuck: (reason: Error) => void
  #fail: ((reason: Error) => void) | undefined
  /** That found the write under way. */
  #numLooks = 0
  #isWatching = false

  /** @param onStuck - told before the write rejects */
  constructor(transport: Transport, clock: EventClock, onStuck: (reason: Error) => void) {
    this.#transport = transport
    this.#clock = clock
    this.#onStuck = onStuck
  }

  /** As the transport's; rejects with ROBOT_PORT_LOST also when the bytes are not taken within about half a second. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#numLooks = 0
    if (!this.#isWatching) this.#lookLater()
    try {
      await new Promise<void>((resolve, reject) => {
        this.#fail = reject
        this.#transport.write(bytes).then(resolve, reject)
      })
    } finally {
      this.#fail = undefined
    }
  }

  #lookLater(): void {
    this.#isWatching = true
    this.#clock.schedule(this.#clock.now() + LOOK_EVERY_S, this.#look)
  }

  readonly #look = (): void => {
    this.#isWatching = false
    if (this.#fail === undefined) return
    if (++this.#numLooks < LOOKS) {
      this.#lookLater()
      return
    }
    const reason = stuckError(this.#transport.path)
    this.#onStuck(reason)
    this.#fail(reason)
  }
}
