import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock } from '../../model/clock.ts'
import { sleepFor } from '../../model/sleep.ts'
import { decodeRegister, encodeRegister, type Register } from '../protocols/register.ts'
import type { ServoProtocol } from '../protocols/servo-protocol.ts'
import { wireTimeS } from '../protocols/wire.ts'
import type { Transport } from '../transports/transport.ts'
import { type Accept, Exchange } from './exchange.ts'

export interface ServoClientOptions {
  readonly protocol: ServoProtocol
  readonly transport: Transport
  readonly clock: EventClock
  readonly baudBps: number
  /** Allowed beside the time that the bytes take: USB, scheduling, return delay [s]. */
  readonly replyMarginS?: number
  /** How often a request for one servo is sent at least before the servo counts as silent … */
  readonly tries?: number
  /** … and for how long: noise that spoils replies passes [s]. */
  readonly patienceS?: number
  /** Name of a servo for messages; the id alone when left out. */
  readonly nameOf?: (id: number) => string | undefined
  /** Bits of a servo's error byte that are no fault there; none when left out. */
  readonly tolerated?: (id: number) => number
}

/** As LeRobot allows: none of these requests is made in a control cycle. */
const DEFAULT_MARGIN_S = 0.05
const DEFAULT_TRIES = 4
/** Each try waits twice as long as the one before, up to so many times the first margin. */
const MOST_MARGINS = 4

/** Reads and writes the registers of servos: the host's side of the bus, one request at a time. */
export class ServoClient {
  readonly #transport: Transport
  readonly #options: ServoClientOptions
  readonly #exchange: Exchange
  readonly #tries: number
  readonly #marginS: number
  readonly protocol: ServoProtocol
  readonly clock: EventClock
  readonly baudBps: number

  constructor(options: ServoClientOptions) {
    this.#options = options
    this.#transport = options.transport
    this.protocol = options.protocol
    this.#exchange = new Exchange(
      options.transport,
      options.clock,
      options.protocol.createStatusParser(),
    )
    this.#tries = options.tries ?? DEFAULT_TRIES
    this.#marginS = options.replyMarginS ?? DEFAULT_MARGIN_S
    this.clock = options.clock
    this.baudBps = options.baudBps
  }

  /** Frames that came in time for nobody: late, doubled, or of another request. */
  get numStrayFrames(): number {
    return this.#exchange.numStrayFrames
  }

  /** For how long this computer, all in all, did not listen after `timeS` [s]. */
  stalledSince(timeS: number): number {
    return this.#exchange.stalls.since(timeS)
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.#transport.open(signal)
    try {
      await this.#transport.setBaud(this.baudBps)
    } catch (error) {
      await this.#transport.close()
      throw error
    }
    this.#exchange.start()
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  /** Whether servo `id` answers within the time, asked once. */
  async ping(id: number, timeoutS = this.pingTimeoutS): Promise<boolean> {
    const { protocol } = this
    const frame = protocol.encodePing(id)
    let hasEcho = false
    const isHeard = await this.#exchange.run(
      frame,
      (from, error, parameters) => {
        if (from !== id || parameters.length !== protocol.pingParameters) return 'stray'
        if (hasEcho || !protocol.isEcho(frame, from, error, parameters)) return 'done'
        hasEcho = true
        return 'more'
      },
      timeoutS,
    )
    // A servo that complains of its voltage answers with the bytes of the request: other bytes tell the two apart.
    return isHeard || (hasEcho && (await this.#readsOne(id, timeoutS)))
  }

  /** Whether servo `id` answers a ping, as often asked as others are. */
  async isThere(id: number): Promise<boolean> {
    for (let attempt = 0; attempt < this.#tries; attempt++) if (await this.ping(id)) return true
    return false
  }

  /** Whether servo `id` answers a read of its first byte within the time. */
  #readsOne(id: number, timeoutS: number): Promise<boolean> {
    const frame = this.protocol.encodeRead(id, 0, 1)
    return this.#exchange.run(
      frame,
      (from, _error, { length }) => (from === id && length === 1 ? 'done' : 'stray'),
      timeoutS,
    )
  }

  /** Time after which a ping counts as not answered [s]. */
  get pingTimeoutS(): number {
    const { pingParameters } = this.protocol
    return this.#timeoutS(this.protocol.encodePing(0).length, pingParameters)
  }

  /** `length` bytes of registers. Throws ROBOT_SERVO_SILENT, ROBOT_SERVO_FAULT. */
  async read(id: number, address: number, length: number): Promise<Uint8Array> {
    const { error, parameters } = await this.#askRead(id, address, length)
    if (this.isFault(id, error)) throw await this.fault(id, error)
    return parameters
  }

  /** The value of one register. Throws as `read`. */
  async readRegister(id: number, register: Register): Promise<number> {
    const bytes = await this.read(id, register.address, register.size)
    return decodeRegister(register, bytes, register.address)
  }

  /** The value of one register, asked once; undefined when no answer came in time. */
  async tryRead(id: number, register: Register, patienceS: number): Promise<number | undefined> {
    const { address, size } = register
    let value: number | undefined
    const frame = this.protocol.encodeRead(id, address, size)
    const numBytes = frame.length + this.protocol.statusOverheadBytes + size
    await this.exchange(
      frame,
      (from, error, parameters) => {
        if (from !== id || parameters.length !== size) return 'stray'
        if (this.protocol.isEcho(frame, from, error, parameters)) return 'stray'
        value = decodeRegister(register, parameters, address)
        return 'done'
      },
      wireTimeS(numBytes, this.baudBps) + patienceS,
    )
    return value
  }

  /** Writes registers and waits for the acknowledgement. Throws as `read`. */
  async write(id: number, address: number, bytes: ArrayLike<number>): Promise<void> {
    const { error } = await this.#ask(id, this.protocol.encodeWrite(id, address, bytes), 0)
    if (this.isFault(id, error)) throw await this.fault(id, error)
  }

  /** Writes one register. Throws as `read`. */
  writeRegister(id: number, register: Register, value: number): Promise<void> {
    return this.write(id, register.address, encodeRegister(register, value))
  }

  /** Whether an error byte tells of more than what is tolerated of a servo. */
  isFault(id: number, error: number): boolean {
    return (error & ~(this.#options.tolerated?.(id) ?? 0)) !== 0
  }

  /** What an error byte of a servo means. */
  async fault(id: number, error: number): Promise<CodedError> {
    return servoFault(this.describe(id), await this.#explain(id, error), error)
  }

  /** What a servo complains of, in words; undefined when of nothing. Throws ROBOT_SERVO_SILENT. */
  async complaint(id: number): Promise<string | undefined> {
    const { error } = await this.#askRead(id, 0, 1)
    return error === 0 ? undefined : this.#explain(id, error)
  }

  /** An error byte in words, asked of the servo itself where it can say more. */
  async #explain(id: number, error: number): Promise<string> {
    const { healthRegister } = this.protocol
    let health: number | undefined
    if (healthRegister !== undefined && !this.protocol.isRefusal(error)) {
      const { address, size } = healthRegister
      const { parameters } = await this.#askRead(id, address, size)
      if (parameters.length === size) health = decodeRegister(healthRegister, parameters, address)
    }
    return this.protocol.describeError(error, health)
  }

  /** A frame that nobody answers: SYNC_WRITE, broadcasts. */
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
    return this.send(this.protocol.encodeSyncWrite(ids, address, length, values))
  }

  /**
   * One request and whatever `accept` makes of the frames that follow; false when time ran out, for all of them or, by
   * `gapS`, for the next one.
   */
  exchange(frame: Uint8Array, accept: Accept, timeoutS: number, gapS?: number): Promise<boolean> {
    return this.#exchange.run(frame, accept, timeoutS, gapS)
  }

  /** Time after which a status frame with `parameters` bytes counts as lost [s]. */
  #timeoutS(requestBytes: number, parameters: number): number {
    const numBytes = requestBytes + this.protocol.statusOverheadBytes + parameters
    return wireTimeS(numBytes, this.baudBps) + this.#marginS
  }

  /** `servo 3 (elbow_flex)` */
  describe(id: number): string {
    const name = this.#options.nameOf?.(id)
    return name === undefined ? `servo ${id}` : `servo ${id} (${name})`
  }

  #askRead(id: number, address: number, length: number): Promise<Reply> {
    return this.#ask(id, this.protocol.encodeRead(id, address, length), length)
  }

  async #ask(id: number, frame: Uint8Array, replyLength: number): Promise<Reply> {
    const firstS = this.#timeoutS(frame.length, replyLength)
    const beganS = this.clock.now()
    const endS = beganS + (this.#options.patienceS ?? 0)
    const replies: Reply[] = []
    for (let attempt = 1; ; attempt++) {
      const timeoutS = firstS * Math.min(2 ** (attempt - 1), MOST_MARGINS)
      await this.exchange(
        frame,
        (from, error, parameters) => {
          const isRefusal = parameters.length === 0 && this.protocol.isRefusal(error)
          const isWhole = parameters.length === replyLength || isRefusal
          if (from !== id || !isWhole) return 'stray'
          if (this.protocol.isEcho(frame, from, error, parameters)) return 'stray'
          replies.push({ error, parameters: parameters.slice() })
          return 'done'
        },
        timeoutS,
      )
      if (replies[0] !== undefined) return replies[0]
      if (attempt >= this.#tries && this.clock.now() >= endS) {
        const stalledS = this.stalledSince(beganS)
        throw servoSilent(this.describe(id), { timeoutS, tries: attempt, stalledS })
      }
      // What is late for this attempt must not be taken for the answer to the next.
      await sleepFor(this.clock, 2 * this.#marginS)
    }
  }
}

interface Reply {
  readonly error: number
  readonly parameters: Uint8Array
}

interface Silence {
  /** That the last reply was waited for [s]. */
  readonly timeoutS: number
  readonly tries: number
  /** In which this computer did not listen, from the first try on [s]. */
  readonly stalledS: number
}

/** Blames the cable, or this computer where it stood still for longer than any reply is waited for. */
export function servoSilent(servo: string, { timeoutS, tries, stalledS }: Silence): CodedError {
  const silence = `${servo} gave no reply in ${Math.ceil(timeoutS * 1000)} ms, ${tries} tries`
  const check = 'the power supply and the cable to it; sim2arm scan shows who answers'
  return stalledS < timeoutS
    ? new CodedError('ROBOT_SERVO_SILENT', silence, { hint: `check ${check}` })
    : new CodedError(
        'ROBOT_SERVO_SILENT',
        `${silence}; this computer did not get to listen for ${stalledS.toFixed(2)} s of that`,
        { hint: `it is too busy: end other work on it; else check ${check}` },
      )
}

const servoFault = (servo: string, trouble: string, error: number): CodedError =>
  new CodedError('ROBOT_SERVO_FAULT', `${servo} reports ${trouble}`, {
    hint: 'check supply voltage and load, let it cool, then switch its power off and on',
    details: { error },
  })
