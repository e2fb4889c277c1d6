/**
 * Entry of the guard process (see `startGuard`). It stays out of the way until the control process dies or hangs
 * with the arm under torque; then it ends that process, takes the serial device and brings the arm down.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { asCodedError, CodedError } from '../../../configs/load/coded-error.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { raisePriority } from '../raise-priority.node.ts'
import { createSerialDriver } from '../serial-driver.node.ts'
import { type GuardOrders, SIGN } from './orders.ts'
import { takeOver } from './take-over.ts'
import { Vigil } from './vigil.ts'

/** How often it looks at the time [s]. */
const LOOK_S = 0.1
/** The system may take this long to give the device of a dead process free [s]. */
const PORT_PATIENCE_S = 5

const clock = new RealClock()
// A controller that hangs may keep a core busy at the priority that it asked for.
void raisePriority()
// Terminal and service manager speak to the controller; the guard ends when its duty does.
for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(name, () => {})
process.stderr.on('error', () => {})

const vigil = new Vigil(() => clock.now())
let text = ''
process.stdin.on('data', (bytes: Buffer) => {
  if (vigil.orders !== undefined) {
    for (const sign of bytes.toString('latin1')) vigil.hear(sign)
    return
  }
  text += bytes.toString()
  const end = text.indexOf('\n')
  if (end < 0) return
  vigil.begin(JSON.parse(text.slice(0, end)) as GuardOrders)
  for (const sign of text.slice(end + 1)) vigil.hear(sign)
  process.stdout.write(SIGN.ready)
})
process.stdin.on('end', () => vigil.hearEnd())
process.stdin.on('error', () => vigil.hearEnd())

const timer = setInterval(() => {
  const alarm = vigil.look()
  if (alarm === undefined && !vigil.isOver) return
  clearInterval(timer)
  if (alarm === undefined) process.exit(0)
  else void act(vigil.orders!, alarm)
}, LOOK_S * 1000)

async function act(orders: GuardOrders, alarm: 'gone' | 'hangs'): Promise<void> {
  const what = alarm === 'gone' ? 'is gone' : `has said nothing for ${orders.config.guard.hangS} s`
  say(`guard: the control process ${what}; lowering ${orders.arm.title} to its park pose`)
  // Two masters on one bus would be worse than none; a parent that is gone has another number by now.
  if (process.ppid === orders.controlPid) process.kill(orders.controlPid, 'SIGKILL')
  try {
    await bringDown(orders)
    say('guard: the arm is parked, torque off')
    process.exit(0)
  } catch (caught) {
    const error = asCodedError(caught) ?? new CodedError('BRIDGE_INTERNAL', String(caught))
    say(`${error.line}\nguard: the arm may be under torque: support it, then switch its power off`)
    process.exit(error.exitCode)
  }
}

async function bringDown(orders: GuardOrders): Promise<void> {
  const { arm, calibration, port } = orders
  const endS = clock.now() + PORT_PATIENCE_S
  for (;;) {
    const driver = createSerialDriver(port, arm, calibration, clock)
    try {
      await takeOver(driver, clock, orders)
      return
    } catch (error) {
      const isBusy = asCodedError(error)?.code === 'ROBOT_PORT_BUSY'
      if (!isBusy || clock.now() > endS) throw error
      await sleep(LOOK_S * 1000)
    } finally {
      await driver.close()
    }
  }
}

function say(words: string): void {
  process.stderr.write(`${words}\n`)
}
