import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { ERROR_CODES } from '../../../configs/load/error-codes.ts'
import type { Watchman } from './guarded-driver.ts'
import { type GuardOrders, SIGN } from './orders.ts'

/** Signs of life are this far apart at least [s]. */
const BEAT_S = 0.05

/** The process that holds the arm when this one is gone. */
export interface Guard extends Watchman {
  /** Aborts with BRIDGE_GUARD_LOST when the guard ends by itself. */
  readonly lost: AbortSignal
  /** Stands it down and waits until it is gone. */
  close(): Promise<void>
}

/**
 * Starts a guard over this process and waits until it is ready. It outlives this process and the terminal: when
 * this process dies, or hangs for `config.guard.hangS`, while the arm is under torque, it ends this process for
 * good, takes the serial device and brings the arm down (`takeOver`).
 */
export async function startGuard(orders: Omit<GuardOrders, 'controlPid'>): Promise<Guard> {
  const program = fileURLToPath(new URL('./guard-process.node.js', import.meta.url))
  // In a process group of its own: Ctrl-C on the terminal is for the controller.
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const lost = new AbortController()
  let isWatching = false
  let beatMs = 0
  const say = (sign: string) => void child.stdin.write(sign)
  const standDown = () => {
    if (isWatching) say(SIGN.standDown)
    isWatching = false
  }
  // The second Ctrl-C ends this process at once and leaves the arm holding, as it was asked to.
  const onExit = (code: number) => {
    if (code === ERROR_CODES.BRIDGE_INTERRUPTED) standDown()
  }
  process.once('exit', onExit)
  child.stdin.on('error', () => {})
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  let isClosing = false
  void exited.then(() => {
    process.off('exit', onExit)
    if (!isClosing) lost.abort(guardLost())
  })
  const guard: Guard = {
    lost: lost.signal,
    watch() {
      isWatching = true
      say(SIGN.watch)
    },
    beat() {
      const nowMs = performance.now()
      if (!isWatching || nowMs - beatMs < BEAT_S * 1000) return
      beatMs = nowMs
      say(SIGN.alive)
    },
    standDown,
    async close() {
      isClosing = true
      standDown()
      child.stdin.end()
      child.ref()
      await exited
    },
  }
  child.stdin.write(`${JSON.stringify({ ...orders, controlPid: process.pid })}\n`)
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), exited])
  lost.signal.throwIfAborted()
  child.unref()
  for (const pipe of [child.stdin, child.stdout] as unknown as Socket[]) pipe.unref()
  return guard
}

function guardLost(): CodedError {
  return new CodedError(
    'BRIDGE_GUARD_LOST',
    'the guard process ended; without it the arm is not moved',
    { hint: 'see what it said before; start again' },
  )
}
