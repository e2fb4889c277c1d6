import { execFileSync } from 'node:child_process'
import { closeSync, lstatSync, readlinkSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ReadStream } from 'node:tty'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { lostError } from './port-errors.ts'

export interface PseudoTerminalOptions {
  /** Also reachable at this path, a symbolic link that comes and goes with the device. */
  readonly linkPath?: string
}

/**
 * The device end of an emulated serial port: what opens `path` (serialport, pyserial, LeRobot) talks to us.
 *
 * Uses the native addon of @lydell/node-pty directly, because its JavaScript reads from the client's end;
 * that path inside the package is undocumented, hence the exact version pin.
 */
export class PseudoTerminal {
  /** Device file for clients, the link when one was asked for. */
  readonly path: string
  readonly #linkPath: string | undefined
  readonly #ownPath: string
  readonly #master: number
  readonly #slave: number
  readonly #stream: ReadStream
  #isPlugged = true
  #receive: (bytes: Uint8Array) => void = () => {}
  /** Bytes that the client left unread until the kernel's buffer was full, and that were lost. */
  numOverrunBytes = 0

  constructor(options: PseudoTerminalOptions = {}) {
    const { master, slave, pty } = loadAddon().open(80, 24)
    this.#master = master
    // Our own open client end keeps the device alive when the real client closes it.
    this.#slave = slave
    try {
      setRaw(pty)
      if (options.linkPath !== undefined) link(pty, options.linkPath)
    } catch (error) {
      closeSync(slave)
      closeSync(master)
      throw error
    }
    this.#linkPath = options.linkPath
    this.#ownPath = pty
    this.path = options.linkPath ?? pty
    this.#stream = new ReadStream(master)
    this.#stream.on('data', (bytes: Buffer) => this.#receive(bytes))
    // EIO when the last client end closes, which happens in `unplug` only.
    this.#stream.on('error', () => {})
  }

  onReceive(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener
  }

  /** Hands bytes to the client at once; what does not fit is lost and counted, as in a UART. */
  write(bytes: Uint8Array): void {
    if (!this.#isPlugged) throw lostError(this.path)
    let numWritten = 0
    try {
      numWritten = writeSync(this.#master, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw lostError(this.path, error)
    }
    this.numOverrunBytes += bytes.length - numWritten
  }

  /** Baud rate that the client set on its end [bit/s]; undefined where the system cannot tell (macOS). */
  async readBaudBps(): Promise<number | undefined> {
    if (!this.#isPlugged || readBaud === undefined) return undefined
    try {
      return (await readBaud(this.#slave)).baudRate
    } catch {
      return undefined
    }
  }

  /** Pulls the cable: the client's port closes with an error. For good; a replug is a new one. */
  unplug(): void {
    if (!this.#isPlugged) return
    this.#isPlugged = false
    if (this.#linkPath !== undefined) unlink(this.#ownPath, this.#linkPath)
    this.#stream.destroy()
    closeSync(this.#slave)
  }
}

interface PtyAddon {
  open(columns: number, rows: number): { master: number; slave: number; pty: string }
}

function loadAddon(): PtyAddon {
  const target = `${process.platform}-${process.arch}`
  try {
    const here = createRequire(import.meta.url)
    const inPackage = createRequire(here.resolve('@lydell/node-pty/package.json'))
    return inPackage(`@lydell/node-pty-${target}/pty.node`) as PtyAddon
  } catch (cause) {
    throw new CodedError('ROBOT_PORT_MISSING', `no pseudo-terminals on ${target}`, {
      hint: 'on Windows use the in-process twin (--world twin) or a Linux machine',
      cause,
    })
  }
}

/** All byte values pass unchanged and nothing is echoed. */
function setRaw(path: string): void {
  const flag = process.platform === 'linux' ? '-F' : '-f'
  execFileSync('stty', [flag, path, 'raw', '-echo'])
}

/** A pseudo-terminal of Linux or macOS. */
const TERMINAL = /^\/dev\/(pts\/|ttys\d)/

function link(path: string, linkPath: string): void {
  try {
    const existing = lstatSync(linkPath, { throwIfNoEntry: false })
    const isOurs = existing?.isSymbolicLink() && TERMINAL.test(readlinkSync(linkPath))
    if (existing !== undefined && isOurs !== true) {
      const message = `${linkPath} exists and is no link to an emulated device`
      throw new CodedError('ROBOT_PORT_BUSY', message, { hint: 'choose another path' })
    }
    rmSync(linkPath, { force: true })
    symlinkSync(path, linkPath)
  } catch (cause) {
    if (cause instanceof CodedError) throw cause
    throw new CodedError('ROBOT_PORT_MISSING', `cannot make a link at ${linkPath}`, {
      hint: 'choose a path in a folder that exists and that you may write to',
      cause,
    })
  }
}

/** Removes the link, unless somebody has taken it over for another device. */
function unlink(path: string, linkPath: string): void {
  const existing = lstatSync(linkPath, { throwIfNoEntry: false })
  if (existing?.isSymbolicLink() && readlinkSync(linkPath) === path) rmSync(linkPath)
}

type ReadBaud = (descriptor: number) => Promise<{ baudRate: number }>

/** serialport's binding knows how to ask a descriptor for its exact rate (TCGETS2), on Linux. */
const readBaud: ReadBaud | undefined = loadReadBaud()

function loadReadBaud(): ReadBaud | undefined {
  try {
    const here = createRequire(import.meta.url)
    const inSerialport = createRequire(here.resolve('serialport'))
    return (
      inSerialport('@serialport/bindings-cpp/dist/load-bindings.js') as {
        asyncGetBaudRate: ReadBaud
      }
    ).asyncGetBaudRate
  } catch {
    return undefined
  }
}
