import { WebSocket } from 'ws'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock, ScheduledEvent } from '../../robot/model/clock.ts'

export interface SocketLineOptions {
  /** `ws://host:port` */
  readonly url: string
  readonly clock: EventClock
  readonly subprotocols?: readonly string[]
  /** What ought to be at the other end, and how to get it, for the error. */
  readonly expected: string
  readonly hint: string
  /** The connection is there, perhaps again. */
  readonly onOpen: () => void
  readonly onFrame: (frame: string | Uint8Array) => void
  /** It is gone; another attempt follows. */
  readonly onLost: () => void
}

const MIN_WAIT_S = 0.1
const MAX_WAIT_S = 5
/** A connection on which nothing, not even the answer to a ping, came for this long is dead [s]. */
const SILENCE_S = 6
const PING_PERIOD_S = 2
const HANDSHAKE_MS = 3000
/** Foxglove servers describe all their topics in one frame. */
const MAX_FRAME_BYTES = 16 << 20

/** A WebSocket that connects again for ever, with growing waits. */
export class SocketLine {
  readonly #options: SocketLineOptions
  #socket: WebSocket | undefined
  #waitS = MIN_WAIT_S
  #heardS = 0
  #timer: ScheduledEvent | undefined
  #isClosed = false
  #waiters: ((error?: unknown) => void)[] = []

  constructor(options: SocketLineOptions) {
    this.#options = options
    this.#connect()
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Bytes that have not left yet. */
  get numWaiting(): number {
    return this.#socket?.bufferedAmount ?? 0
  }

  /** Does nothing while there is no connection. */
  send(frame: string | Uint8Array): void {
    if (this.isConnected) this.#socket!.send(frame)
  }

  /** Resolves once connected. Throws BRIDGE_CONNECTION_LOST after `timeoutS`, `signal`'s reason on abort. */
  async ready(timeoutS: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.isConnected) return
    const { clock } = this.#options
    const timer = clock.schedule(clock.now() + timeoutS, () => this.#settle(this.nobody()))
    const onAbort = () => this.#settle(signal!.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push((error) => (error === undefined ? resolve() : reject(error)))
    }).finally(() => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
    })
  }

  /** Ends the connection for good. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#socket?.terminate()
    this.#settle(this.nobody())
  }

  /** That there is no server. */
  nobody(): CodedError {
    const { expected, hint, url } = this.#options
    return new CodedError(
      'BRIDGE_CONNECTION_LOST',
      `expected ${expected} at ${withoutToken(url)}`,
      {
        hint,
      },
    )
  }

  #connect(): void {
    const { url, clock, onFrame, subprotocols = [] } = this.#options
    const socket = new WebSocket(url, [...subprotocols], {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
    })
    this.#socket = socket
    socket.on('open', () => this.#begin())
    socket.on('message', (bytes: Buffer, isBinary) => {
      this.#heardS = clock.now()
      onFrame(isBinary ? bytes : bytes.toString())
    })
    socket.on('pong', () => {
      this.#heardS = clock.now()
    })
    // `close` follows every error and brings the next attempt.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#retry())
  }

  #begin(): void {
    this.#waitS = MIN_WAIT_S
    this.#heardS = this.#options.clock.now()
    this.#watch()
    this.#options.onOpen()
    this.#settle()
  }

  /** Pings until the server falls silent, then cuts the line. */
  #watch(): void {
    const { clock } = this.#options
    this.#timer = clock.schedule(clock.now() + PING_PERIOD_S, () => {
      if (clock.now() - this.#heardS > SILENCE_S) {
        this.#socket?.terminate()
        return
      }
      this.#socket?.ping()
      this.#watch()
    })
  }

  #retry(): void {
    const { clock, onLost } = this.#options
    this.#timer?.cancel()
    if (this.#heardS !== 0) onLost()
    this.#heardS = 0
    if (this.#isClosed) return
    this.#timer = clock.schedule(clock.now() + this.#waitS, () => this.#connect())
    this.#waitS = Math.min(2 * this.#waitS, MAX_WAIT_S)
  }

  #settle(error?: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter(error)
  }
}

export function withoutToken(url: string): string {
  return url.replace(/\?.*$/, '')
}
