import type { ScheduledEvent } from '../../model/clock.ts'
import { PseudoTerminal } from '../transports/pty.node.ts'
import { ServoBus, type ServoBusOptions } from './bus.ts'

/** The mechanics go on without a host in steps of this [s]. */
const IDLE_STEP_S = 0.01
/** A machine that was asleep or too slow does not compute what it missed beyond this [s]. */
const MAX_LAG_S = 0.25

export interface TwinDeviceOptions extends Omit<ServoBusOptions, 'send'> {
  /** Stable path of the device, a symbolic link; survives a replug. */
  readonly linkPath?: string
  /** Called with what went wrong in the mechanics or at the port; the device is unplugged then. */
  readonly onError: (error: unknown) => void
}

/**
 * An emulated arm as a serial device of this machine, in real time. It answers only a host whose port is
 * set to the servos' baud rate.
 */
export class TwinDevice {
  readonly bus: ServoBus
  readonly #options: TwinDeviceOptions
  #port: PseudoTerminal | undefined
  #tick: ScheduledEvent | undefined
  #lastPath = ''
  /** Chunks are handled in order, although each waits for the baud rate. */
  #received: Promise<void> = Promise.resolve()

  constructor(options: TwinDeviceOptions) {
    this.#options = options
    this.bus = new ServoBus({
      maxLagS: MAX_LAG_S,
      ...options,
      send: (bytes) => this.#port?.write(bytes),
    })
  }

  /** Where clients find it; the last place while unplugged. */
  get path(): string {
    return this.#lastPath
  }

  /** Bytes that no client read in time. */
  get numOverrunBytes(): number {
    return this.#port?.numOverrunBytes ?? 0
  }

  /** Makes the device appear, and starts its mechanics. Again after `unplug`: a replug. */
  plug(): void {
    if (this.#port !== undefined) return
    const { linkPath } = this.#options
    const port = new PseudoTerminal(linkPath === undefined ? {} : { linkPath })
    port.onReceive((bytes) => {
      const chunk = Uint8Array.from(bytes)
      this.#received = this.#received
        .then(() => this.#receive(port, chunk))
        .catch((error) => this.#fail(error))
    })
    this.#port = port
    this.#lastPath = port.path
    if (this.#tick === undefined) this.#idle()
  }

  /** Pulls the USB cable: the port goes away, the arm stays powered. */
  unplug(): void {
    this.#port?.unplug()
    this.#port = undefined
  }

  close(): void {
    this.unplug()
    this.#tick?.cancel()
    this.#tick = undefined
  }

  async #receive(port: PseudoTerminal, bytes: Uint8Array): Promise<void> {
    const baudBps = await port.readBaudBps()
    if (this.#port !== port) return
    if (baudBps !== undefined) this.bus.setHostBaud(baudBps)
    this.bus.receive(bytes)
  }

  #idle(): void {
    const { clock } = this.#options
    this.#tick = clock.schedule(clock.now() + IDLE_STEP_S, () => {
      try {
        this.bus.advance()
        this.#idle()
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  #fail(error: unknown): void {
    this.close()
    this.#options.onError(error)
  }
}
