import { CodedError } from '../../../configs/load/coded-error.ts'
import { lostError } from './port-errors.ts'
import type { Transport } from './transport.ts'

/**
 * One end of a pipe inside the process. Bytes arrive at the other end within the call that writes them, so
 * it needs no clock: whoever stands behind it (an emulated bus) adds the time that bytes take.
 */
export class MemoryTransport implements Transport {
  readonly path: string
  /** The other end; set by `createMemoryPair`. */
  peer: MemoryTransport | undefined
  /** As last set from this end [bit/s]; 0 before. */
  baudBps = 0
  #isOpen = false
  #isLost = false
  #wasOpen = false
  #receive: (bytes: Uint8Array) => void = () => {}
  #closed: (reason: Error | undefined) => void = () => {}

  constructor(path: string) {
    this.path = path
  }

  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#isLost) {
      throw new CodedError('ROBOT_PORT_MISSING', `no device at ${this.path}`)
    }
    this.#isOpen = true
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen) throw lostError(this.path)
    this.peer?.deliver(bytes)
  }

  onReceive(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener
  }

  onClose(listener: (reason: Error | undefined) => void): void {
    this.#closed = listener
  }

  async setBaud(baudBps: number): Promise<void> {
    this.baudBps = baudBps
  }

  async close(): Promise<void> {
    this.#isOpen = false
  }

  /** Pulls the cable between the two ends; only a `replug` mends it. */
  unplug(): void {
    this.lose()
    this.peer?.lose()
  }

  /** Puts the cable back: the other end is as it was, this one may be opened again. */
  replug(): void {
    this.#isLost = false
    this.peer?.restore()
  }

  /** Called by the other end. Bytes for a closed end are lost, as on a wire. */
  protected deliver(bytes: Uint8Array): void {
    if (this.#isOpen) this.#receive(bytes)
  }

  protected lose(): void {
    this.#wasOpen = this.#isOpen
    this.#isLost = true
    this.#isOpen = false
    if (this.#wasOpen) this.#closed(lostError(this.path))
  }

  protected restore(): void {
    this.#isLost = false
    this.#isOpen = this.#wasOpen
  }
}

/** Two connected ends: `host` for a driver, `device` for what it talks to. */
export function createMemoryPair(path = 'memory:'): {
  host: MemoryTransport
  device: MemoryTransport
} {
  const host = new MemoryTransport(`${path}host`)
  const device = new MemoryTransport(`${path}device`)
  host.peer = device
  device.peer = host
  return { host, device }
}
