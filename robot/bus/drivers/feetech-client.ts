import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock } from '../../model/clock.ts'
import { sleepFor } from '../../model/sleep.ts'
import { FRAME_OVERHEAD_BYTES, wireTimeS } from '../protocols/feetech/frame.ts'
import {
  encodePing,
  encodeRead,
  encodeSyncWrite,
  encodeWrite,
} from '../protocols/feetech/instructions.ts'
import { describeErrors } from '../protocols/feetech/status.ts'
import type { Transport } from '../transports/transport.ts'
import { type Accept, Exchange } from './exchange.ts'

export interface FeetechClientOptions {
  readonly transport: Transport
  readonly clock: EventClock
  readonly baudBps: number
  /** Allowed beside the time that the bytes take: USB, scheduling, return delay [s]. */
  readonly replyMarginS?: number
  /** How often a request for one servo is sent before the servo counts as silent. */
  readonly tries?: number
  /** Name of a servo for messages; the id alone when left out. */
  readonly nameOf?: (id: number) => string | undefined
}

/** As LeRobot allows: none of these requests is made in a control cycle. */
const DEFAULT_MARGIN_S = 0.05
const DEFAULT_TRIES = 3

/** Reads and writes the registers of Feetech servos: the host's side of the bus, one request at a time. */
export class FeetechClient {
  readonly #transport: Transport
  readonly #options: FeetechClientOptions
  readonly #exchange: Exchange
  readonly #tries: number
  readonly #marginS: number
  readonly clock: EventClock
  readonly baudBps: number

  constructor(options: FeetechClientOptions) {
    this.#options = options
    this.#transport = options.transport
    this.#exchange = new Exchange(options.transport, options.clock)
    this.#tries = options.tries ?? DEFAULT_TRIES
    this.#marginS = options.replyMarginS ?? DEFAULT_MARGIN_S
    this.clock = options.clock
    this.baudBps = options.baudBps
  }

  /** Frames that came in time for nobody: late, doubled, or of another request. */
  get numStrayFrames(): number {
    return this.#exchange.numStrayFrames
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.#transport.open(signal)
    await this.#transport.setBaud(this.baudBps)
    this.#exchange.start()
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  /** Whether servo `id` answers, asked once. */
  ping(id: number): Promise<boolean> {
    return this.#exchange.run(
      encodePing(id),
      (from, _error, parameters) => (from === id && parameters.length === 0 ? 'done' : 'stray'),
      this.timeoutS(FRAME_OVERHEAD_BYTES, FRAME_OVERHEAD_BYTES),
    )
  }

  /** `length` bytes of registers. Throws ROBOT_SERVO_SILENT, ROBOT_SERVO_FAULT. */
  async read(id: number, address: number, length: number): Promise<Uint8Array> {
    let answer: Uint8Array = new Uint8Array(0)
    await this.#ask(id, encodeRead(id, address, length), length, (parameters) => {
      answer = parameters.slice()
    })
    return answer
  }

  /** Writes registers and waits for the acknowledgement. Throws as `read`. */
  async write(id: number, address: number, bytes: ArrayLike<number>): Promise<void> {
    await this.#ask(id, encodeWrite(id, address, bytes), 0, () => {})
  }

  /** A request with parameters-less acknowledgement (calibrate, recover, …). Throws as `read`. */
  async request(id: number, frame: Uint8Array): Promise<void> {
    await this.#ask(id, frame, 0, () => {})
  }

  /** A frame that nobody answers: SYNC_WRITE, RESTART, broadcasts. */
  send(frame: Uint8Array): Promise<void> {
    return this.#exchange.send(frame)
  }

  /** Goals and the like for several servos at once; `values` [ids.length * length]. Not acknowledged. */
  syncWrite(
    ids: readonly number[],
    address: number,
    length: number,
    values: ArrayLike<number>,
  ): Promise<void> {
    return this.send(encodeSyncWrite(ids, address, length, values))
  }

  /** One request and whatever `accept` makes of the frames that follow; false when time ran out. */
  exchange(frame: Uint8Array, accept: Accept, timeoutS: number): Promise<boolean> {
    return this.#exchange.run(frame, accept, timeoutS)
  }

  /** Time after which a reply of `replyBytes` counts as lost [s]. */
  timeoutS(requestBytes: number, replyBytes: number): number {
    return wireTimeS(requestBytes + replyBytes, this.baudBps) + this.#marginS
  }

  /** `servo 3 (elbow_flex)` */
  describe(id: number): string {
    const name = this.#options.nameOf?.(id)
    return name === undefined ? `servo ${id}` : `servo ${id} (${name})`
  }

  async #ask(
    id: number,
    frame: Uint8Array,
    replyLength: number,
    use: (parameters: Uint8Array) => void,
  ): Promise<void> {
    const replyBytes = replyLength + FRAME_OVERHEAD_BYTES
    const timeoutS = this.timeoutS(frame.length, replyBytes)
    let error = 0
    for (let attempt = 0; attempt < this.#tries; attempt++) {
      // What is late for the last attempt must not be taken for the answer to this one.
      if (attempt > 0) await sleepFor(this.clock, 2 * this.#marginS)
      const isDone = await this.exchange(
        frame,
        (from, errorBits, parameters) => {
          if (from !== id || parameters.length !== replyLength) return 'stray'
          error = errorBits
          use(parameters)
          return 'done'
        },
        timeoutS,
      )
      if (!isDone) continue
      if (error !== 0) throw servoFault(this.describe(id), error)
      return
    }
    throw servoSilent(this.describe(id), timeoutS, this.#tries)
  }
}

export const servoSilent = (servo: string, timeoutS: number, tries: number): CodedError =>
  new CodedError(
    'ROBOT_SERVO_SILENT',
    `${servo} gave no reply in ${Math.ceil(timeoutS * 1000)} ms, ${tries} tries`,
    { hint: 'check the power supply and the cable to it; sim2arm scan shows who answers' },
  )

export const servoFault = (servo: string, error: number): CodedError =>
  new CodedError('ROBOT_SERVO_FAULT', `${servo} reports ${describeErrors(error)}`, {
    hint: 'check supply voltage and load, let it cool, then switch its power off and on',
    details: { error },
  })
