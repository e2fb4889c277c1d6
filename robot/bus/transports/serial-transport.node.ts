import { readdir } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import { lostError, openError } from './port-errors.ts'
import type { Transport } from './transport.ts'

/** Device files of USB serial adapters, Linux and macOS. */
const USB_SERIAL = /^(ttyACM|ttyUSB|tty\.usb|cu\.usb)/

export interface SerialTransportOptions {
  /** `/dev/ttyACM0`, `/dev/tty.usbmodem…`, `COM3`, or the path of a twin. */
  readonly path: string
  readonly baudBps: number
}

/** A serial port of this machine, opened exclusively. */
export class SerialTransport implements Transport {
  readonly path: string
  #baudBps: number
  #port: SerialPort | undefined
  #receive: (bytes: Uint8Array) => void = () => {}
  #closed: (reason: Error | undefined) => void = () => {}

  constructor(options: SerialTransportOptions) {
    this.path = options.path
    this.#baudBps = options.baudBps
  }

  /** Throws ROBOT_PORT_MISSING, ROBOT_PORT_BUSY or ROBOT_PORT_DENIED. */
  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const port = new SerialPort({
      path: this.path,
      baudRate: this.#baudBps,
      autoOpen: false,
      lock: true,
    })
    try {
      await call((done) => port.open(done))
    } catch (cause) {
      throw openError(this.path, cause as Error, await listPorts())
    }
    port.on('data', (bytes: Buffer) => this.#receive(bytes))
    port.on('close', (reason: Error | null) => this.#lose(port, reason))
    port.on('error', (reason: Error) => this.#lose(port, reason))
    this.#port = port
  }

  async write(bytes: Uint8Array): Promise<void> {
    const port = this.#port
    if (port === undefined || !port.isOpen) throw lostError(this.path)
    try {
      await call((done) => port.write(bytes, done))
    } catch (cause) {
      throw lostError(this.path, cause)
    }
  }

  onReceive(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener
  }

  onClose(listener: (reason: Error | undefined) => void): void {
    this.#closed = listener
  }

  async setBaud(baudBps: number): Promise<void> {
    this.#baudBps = baudBps
    const port = this.#port
    if (port?.isOpen && port.baudRate !== baudBps) {
      await call((done) => port.update({ baudRate: baudBps }, done))
    }
  }

  async close(): Promise<void> {
    const port = this.#port
    this.#port = undefined
    if (port?.isOpen) await call((done) => port.close(done))
  }

  /** The other side went away, unless we closed the port ourselves. */
  #lose(port: SerialPort, reason: Error | null): void {
    if (this.#port !== port) return
    this.#port = undefined
    this.#closed(lostError(this.path, reason ?? undefined))
    if (port.isOpen) port.close(() => {})
  }
}

/** Paths of the serial ports that are there; USB ones first. */
export async function listPorts(): Promise<string[]> {
  const isUsb = (port: { vendorId?: string | undefined }): number => (port.vendorId ? 0 : 1)
  try {
    const ports = await SerialPort.list()
    return ports.sort((a, b) => isUsb(a) - isUsb(b)).map((port) => port.path)
  } catch {
    // On Linux serialport asks udevadm, which containers often lack.
    const names = await readdir('/dev').catch(() => [] as string[])
    return names.filter((name) => USB_SERIAL.test(name)).map((name) => `/dev/${name}`)
  }
}

const call = (start: (done: (error?: Error | null) => void) => unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()))
  })
