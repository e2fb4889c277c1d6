import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MESSAGE_TYPE } from '../../bridge/streams/messages.ts'
import { RosbridgeClient } from '../../bridge/streams/rosbridge-client.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { endPrograms, expectFailure, run, start } from './sim2arm-process.ts'
import { isAtRest, isMoving, readServos, startTwin, type TwinProcess } from './twin-process.ts'

const DEG = Math.PI / 180

let folder: string
let calibration: string
let recording: string
let twin: TwinProcess
const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-replay-'))
  calibration = path('arm.yaml')
  recording = path('push.mcap')
  writeNominalCalibration(calibration)
  const demo = ['demo', '--policy', 'scripted', '--reality', 'nominal', '--headless', '--json']
  const program = await run(...demo, '--episodes', '1', '--record', recording)
  expect(await program.ended, program.stderr).toBe(0)
})
afterAll(async () => {
  twin?.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

describe('replay', () => {
  it('finds the gap of joints and object, and draws them', async () => {
    const report = path('gap.html')
    const program = await run('replay', recording, '--report', report, '--json')
    expect(await program.ended, program.stderr).toBe(0)
    const { joints, object } = program.events.at(-1) as unknown as {
      readonly joints: readonly { readonly rmsRad: number }[]
      readonly object: Readonly<Record<'windows' | 'rmsM' | 'endM' | 'movedM', number>>
    }
    for (const { rmsRad } of joints) expect(rmsRad).toBeLessThan(3 * DEG)
    // The puck was pushed; another engine pushes it nearly there.
    expect(object.windows).toBeGreaterThanOrEqual(1)
    expect(object.movedM).toBeGreaterThan(0.05)
    expect(object.endM).toBeLessThan(object.movedM / 2)
    expect(readFileSync(report, 'utf8').match(/<polyline/g)!.length).toBeGreaterThan(15)
  })

  it('--to stream sends everything again, as if it happened now', async () => {
    const program = start([
      ...['replay', recording, '--to', 'stream', '--stream', '127.0.0.1:0', '--json'],
    ])
    const { stream } = (await program.event('ready')) as unknown as { readonly stream: string }
    const client = new RosbridgeClient({ url: `ws://${stream}`, clock: new RealClock() })
    const seen = { states: 0, poses: 0, goals: 0, oldestS: 0 }
    client.subscribe('/joint_states', MESSAGE_TYPE.jointState, ({ name }) => {
      if (name.includes('elbow_flex')) seen.states++
    })
    client.subscribe('/goal/pose', MESSAGE_TYPE.poseStamped, () => seen.goals++)
    client.subscribe('/object/pose', MESSAGE_TYPE.poseStamped, ({ header: { stamp } }) => {
      seen.poses++
      const ageS = Date.now() / 1000 - stamp.sec - stamp.nanosec * 1e-9
      seen.oldestS = Math.max(seen.oldestS, Math.abs(ageS))
    })
    expect(await program.ended, program.stderr).toBe(0)
    client.close()
    expect(seen.states).toBeGreaterThan(400)
    expect(seen.poses).toBeGreaterThan(100)
    expect(seen.goals).toBeGreaterThan(0)
    // As old as the sensor was, and what a busy machine adds; the recording itself is older.
    expect(seen.oldestS).toBeLessThan(5)
  })

  it('refuses options of another destination', async () => {
    const program = await run('replay', recording, '--port', '/dev/null', '--json')
    await expectFailure(program, 2, 'BRIDGE_USAGE', /--port.*--to arm/)
  })
})

describe('replay --to arm', () => {
  beforeAll(async () => {
    twin = await startTwin()
  })

  const repeat = (...options: string[]) =>
    start([
      ...['replay', recording, '--to', 'arm', '--port', twin.port, '--json'],
      ...['--calibration', calibration, '--set', 'softStart.speedRadPerS=1.5', ...options],
    ])

  it('repeats the commands on the arm at a port, and parks it', async () => {
    const again = path('again.mcap')
    const program = repeat('--record', again, '--park')
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', isWhole: true })
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(false)
    // The same commands once more: what the first run was told is what the second was told.
    const { events } = await run('replay', again, '--json')
    const { joints } = events.at(-1) as unknown as { joints: readonly { trackingRad: number }[] }
    expect(Math.max(...joints.map(({ trackingRad }) => trackingRad))).toBeGreaterThan(0.5 * DEG)
  })

  it('stops and holds on Ctrl-C', async () => {
    const program = repeat()
    await program.event('started')
    await isMoving(twin)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', isWhole: false })
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
  })

  it('moves nothing without a calibration', async () => {
    const program = await run('replay', recording, '--to', 'arm', '--port', twin.port, '--json')
    await expectFailure(program, 2, 'ROBOT_CALIBRATION_MISSING')
  })
})
