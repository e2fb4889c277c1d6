import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { nominalCalibration, radiansToTicks } from '../../robot/calibration/calibration.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { type ObjectServer, startObjectServer } from './object-server.ts'
import {
  childrenOf,
  endPrograms,
  expectFailure,
  isRunning,
  type Program,
  start,
} from './sim2arm-process.ts'
import { isAtRest, isMoving, readServos, startTwin, type TwinProcess } from './twin-process.ts'

/** A servo of a resting arm is this close to its goal: dead band, friction and gravity [step]. */
const HELD_TICKS = 120

/** A parked arm lies this close to its pose: as above, and it gives when it is released [step]. */
const PARKED_TICKS = 200

let folder: string
let calibration: string
let twin: TwinProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-bad-'))
  calibration = join(folder, 'arm.yaml')
  writeNominalCalibration(calibration)
  twin = await startTwin()
})
afterAll(async () => {
  twin.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

/** Ways to the start and to the park pose three times as fast as on an arm of metal; less patience with streams. */
const QUICK = ['--set', 'softStart.speedRadPerS=1.5', '--set', 'connectS=2']

/** A deployment that goes on until something ends it. */
function deploy(sensor = twin.stream, ...options: string[]): Program {
  return start([
    ...['deploy', 'scripted', '--port', twin.port, '--calibration', calibration],
    ...['--sensor', `object=rosbridge://${sensor}/object/pose`, '--goal', '0.25,0.05'],
    ...['--episodes', '1000', ...QUICK, ...options],
  ])
}

/** Torque is on everywhere, the arm stands, and it stands where it is told to be. */
async function expectHolding(): Promise<void> {
  await isAtRest(twin)
  for (const { isTorqueOn, goalTicks, positionTicks } of await readServos(twin.port)) {
    expect(isTorqueOn).toBe(true)
    expect(Math.abs(goalTicks - positionTicks)).toBeLessThan(HELD_TICKS)
  }
}

// The tests share one arm and run in this order: at first it lies without torque.

describe('Ctrl-C before the arm is enabled', () => {
  let deaf: Server
  let connected: Promise<void>
  let address: string

  beforeAll(async () => {
    // Takes connections and never says a word.
    deaf = createServer()
    connected = new Promise((resolve) => deaf.once('connection', () => resolve()))
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
    address = `127.0.0.1:${(deaf.address() as { port: number }).port}`
  })
  afterAll(() => deaf.close())

  it('ends while it looks for servos or sensors, and leaves the torque as it was', async () => {
    const program = deploy(address, '--json')
    await connected
    program.child.kill('SIGINT')
    await expectFailure(program, 130, 'BRIDGE_INTERRUPTED', /before the arm was enabled/)
    for (const servo of await readServos(twin.port)) expect(servo.isTorqueOn).toBe(false)
  })
})

describe('a sensor stream that is not there', () => {
  it('ends the deployment before any torque is on', async () => {
    // Port 9 is for a service that nobody runs any more.
    const program = deploy('127.0.0.1:9', '--json')
    await expectFailure(program, 3, 'BRIDGE_CONNECTION_LOST', /ws:\/\/127\.0\.0\.1:9/)
    for (const servo of await readServos(twin.port)) expect(servo.isTorqueOn).toBe(false)
  })
})

describe('Ctrl-C on a moving arm', () => {
  it('during the slow move to the start stops it and holds, and says so', async () => {
    const program = deploy()
    await isMoving(twin)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.stdout).toContain('0 steps')
    expect(program.stdout).toContain('The arm holds still with torque on.')
    expect(program.stderr).toBe('')
    await expectHolding()
  })

  it('while the policy acts stops it and holds, and reports as always', async () => {
    const program = deploy(twin.stream, '--json')
    await program.event('started')
    await isMoving(twin)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', end: 'interrupted' })
    await expectHolding()
  })

  it('is one request when it comes twice in a moment, as it does under npm', async () => {
    const program = deploy()
    await program.line(/acts on/)
    await isMoving(twin)
    program.child.kill('SIGINT')
    const again = setInterval(() => program.child.kill('SIGINT'), 20)
    const code = await program.ended
    clearInterval(again)
    expect(code, program.stderr).toBe(130)
    expect(program.stdout).toContain('The arm holds still with torque on.')
    await expectHolding()
  })

  it('a second time ends at once, also in the middle of parking, with torque on', async () => {
    const program = deploy(twin.stream, '--park', '--json')
    await program.event('started')
    await isMoving(twin)
    program.child.kill('SIGINT')
    await sleep(600)
    program.child.kill('SIGINT')
    await expectFailure(program, 130, 'BRIDGE_INTERRUPTED', /on the second request.*last goal/)
    await expectHolding()
  })

  it('ends in good order at whatever moment it comes', async () => {
    for (const delayMs of [0, 100, 200, 300, 450, 600, 900]) {
      const program = deploy()
      await sleep(delayMs)
      program.child.kill('SIGINT')
      const code = await program.ended
      // Before the program listens, the system ends it.
      expect([130, null]).toContain(code)
      expect(program.stderr).toMatch(/^(BRIDGE_INTERRUPTED: .*\n)?$/)
    }
    await expectHolding()
  })

  it('is the first request, also where the reader of its output went before', async () => {
    const program = deploy(twin.stream, '--park', '--json', '--set', 'softStart.speedRadPerS=0.3')
    await program.event('started')
    program.child.stdout!.destroy()
    // The next thing it has to say is how the episode ended: from then on it parks.
    await sleep(12_000)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.stderr).not.toContain('second request')
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(false)
  })
})

describe('an arm in use', () => {
  it('is refused to a second program, which the first does not notice', async () => {
    const first = deploy(twin.stream, '--json')
    await first.event('started')
    await expectFailure(deploy(), 3, 'ROBOT_PORT_BUSY', /another program has .* open/)
    expect(isRunning(first.child.pid!)).toBe(true)
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(130)
  })
})

describe('a control process that cannot speak any more', () => {
  /** The arm lies in its park pose, without torque. */
  async function expectParked(): Promise<void> {
    await isAtRest(twin)
    const servos = await readServos(twin.port)
    for (const { isTorqueOn } of servos) expect(isTorqueOn).toBe(false)
    const arm = loadArmDescription('so101')
    const { joints } = nominalCalibration(arm)
    for (const [i, name] of [
      'shoulder_pan',
      'shoulder_lift',
      'elbow_flex',
      'wrist_flex',
    ].entries()) {
      const aim = radiansToTicks(joints[i]!, arm.poses.park[name]!)
      expect(Math.abs(servos[i]!.positionTicks - aim), name).toBeLessThan(PARKED_TICKS)
    }
  }

  async function deployAgain(): Promise<void> {
    const next = deploy(twin.stream, '--json')
    await next.event('started')
    next.child.kill('SIGINT')
    expect(await next.ended).toBe(130)
    await expectHolding()
  }

  it('because it was killed leaves the arm to the guard, which lowers and releases it', async () => {
    const killed = deploy(twin.stream, '--json')
    await killed.event('started')
    await isMoving(twin)
    killed.child.kill('SIGKILL')
    await killed.line(/^guard: the control process is gone; lowering/)
    await killed.line(/^guard: the arm is parked, torque off/)
    await killed.ended
    await expectParked()
    await deployAgain()
  })

  it('because it hangs is ended by the guard, which then lowers and releases the arm', async () => {
    const hung = deploy(twin.stream, '--json')
    await hung.event('started')
    await isMoving(twin)
    hung.child.kill('SIGSTOP')
    await hung.line(/^guard: the control process has said nothing for 3 s/)
    await hung.line(/^guard: the arm is parked, torque off/)
    expect(await hung.ended).toBeNull()
    await expectParked()
    await deployAgain()
  })

  it('stops and holds when it loses its guard', async () => {
    const program = deploy(twin.stream, '--json')
    await program.event('started')
    await isMoving(twin)
    for (const pid of childrenOf(program.child.pid!)) process.kill(pid, 'SIGKILL')
    await expectFailure(program, 4, 'BRIDGE_GUARD_LOST')
    await expectHolding()
  })
})

describe('an object sensor', () => {
  let camera: ObjectServer
  beforeAll(async () => {
    camera = await startObjectServer()
  })
  afterEach(() => {
    camera.lagS = 0
  })
  afterAll(() => camera.close())

  it('that lags too far behind makes the arm hold, then ends the run', async () => {
    const program = deploy(camera.address, '--json')
    await program.event('started')
    await isMoving(twin)
    camera.lagS = 1.5
    await expectFailure(program, 3, 'ROBOT_SENSOR_LOST', /the arm holds where it is/)
    await expectHolding()
  })

  it('that stops makes the arm hold, then ends the run', async () => {
    const program = deploy(camera.address, '--json')
    await program.event('started')
    await isMoving(twin)
    await camera.close()
    await expectFailure(program, 3, 'ROBOT_SENSOR_LOST', /the arm holds where it is/)
    await expectHolding()
  })
})

describe('a cable that is pulled', () => {
  it('in the middle of an episode ends the run by itself', async () => {
    const program = deploy(twin.stream, '--json')
    await program.event('started')
    await isMoving(twin)
    twin.program.child.kill('SIGKILL')
    await expectFailure(program, 3, 'ROBOT_PORT_LOST', /check the USB cable/)
  })
})

describe('a servo that is silent', () => {
  it('is named before any torque is on', async () => {
    const maimed = await startTwin('--fault', 'deadId=3')
    const program = start([
      ...['deploy', 'scripted', '--port', maimed.port, '--calibration', calibration],
      ...['--sensor', `object=rosbridge://${maimed.stream}/object/pose`, '--json'],
    ])
    await expectFailure(program, 3, 'ROBOT_SERVO_SILENT', /servo 3 \(elbow_flex\).*cable/)
    maimed.close()
    maimed.program.child.kill('SIGINT')
    expect(await maimed.program.ended).toBe(130)
  })
})
