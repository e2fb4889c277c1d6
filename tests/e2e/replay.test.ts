import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TRACK_TOPICS, trackArm } from '../../bridge/recording/arm-track.ts'
import { readRecording } from '../../bridge/recording/read-recording.node.ts'
import type { RecordedMessage } from '../../bridge/recording/topics.ts'
import { MESSAGE_TYPE } from '../../bridge/streams/messages.ts'
import { RosbridgeClient } from '../../bridge/streams/rosbridge/client.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { pushMessages, writePush } from '../bridge/recording/recorded-push.ts'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { endPrograms, expectFailure, start } from './sim2arm-process.ts'
import { isAtRest, isMoving, readServos, startTwin, type TwinProcess } from './twin-process.ts'

const DEG = Math.PI / 180
/** How much of an episode is repeated [s]. */
const LOG_S = 4
/** How far the gripper of the log opens, and closes again [rad]. */
const OPENING_RAD = 0.8

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
  const messages = await pushMessages(1)
  const beganS = messages[0]!.epochS
  const part = messages.filter(({ epochS }) => epochS < beganS + LOG_S)
  await writePush(
    recording,
    part.map((each) => withGripper(each, (each.epochS - beganS) / LOG_S)),
  )
})
afterAll(async () => {
  twin?.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

describe('replay --to stream', () => {
  it('sends everything again, as if it happened now', async () => {
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
    expect(seen.states).toBeGreaterThan(90 * LOG_S)
    expect(seen.poses).toBeGreaterThan(15 * LOG_S)
    expect(seen.goals).toBeGreaterThan(0)
    // As old as the sensor was, and what a busy machine adds; the recording itself is older.
    expect(seen.oldestS).toBeLessThan(5)
  })
})

it('replay --to stream asks for its token where a network can reach it', async () => {
  const program = start([
    ...['replay', recording, '--to', 'stream', '--stream', '0.0.0.0:0', '--json'],
  ])
  const { stream, token } = (await program.event('ready')) as unknown as Record<string, string>
  const [, port] = stream!.split(':')
  const said: string[] = []
  let numHeard = 0
  const clients = ['', `/?token=${token}`].map((query) => {
    const client = new RosbridgeClient({
      ...{ url: `ws://127.0.0.1:${port}${query}`, clock: new RealClock() },
      onStatus: (_, message) => said.push(message),
    })
    client.subscribe('/joint_states', MESSAGE_TYPE.jointState, () => {
      if (query === '') said.push('joint states')
      else numHeard++
    })
    return client
  })
  await expect.poll(() => numHeard, { timeout: 60_000 }).toBeGreaterThan(10)
  expect(new Set(said)).toEqual(new Set(['authenticate first']))
  for (const client of clients) client.close()
  program.child.kill('SIGINT')
  expect(await program.ended, program.stderr).toBe(130)
})

describe('replay --to arm', () => {
  beforeAll(async () => {
    twin = await startTwin()
  })

  const repeat = (...options: string[]) =>
    start([
      ...['replay', recording, '--to', 'arm', '--port', twin.port],
      ...['--calibration', calibration, '--set', 'softStart.speedRadPerS=1.5', ...options],
    ])

  it('parks it also on Ctrl-C on its way to the start', async () => {
    await isAtRest(twin)
    const program = repeat('--json', '--park', '--set', 'softStart.speedRadPerS=0.8')
    await isMoving(twin)
    program.child.kill('SIGINT')
    await expectFailure(program, 130, 'BRIDGE_INTERRUPTED', /stopped on request/)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(false)
  })

  it('repeats the commands on the arm at a port, and parks it', async () => {
    const again = path('again.mcap')
    const program = repeat('--json', '--record', again, '--park')
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', isWhole: true })
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(false)
    const tracks = [recording, again].map((file) => {
      const { messages } = readRecording(file, TRACK_TOPICS)
      return trackArm(messages)
    })
    // Told the same at the same time, but for what the filter narrowed on the way into it.
    const [first, second] = tracks as [ArmTrack, ArmTrack]
    for (const [i, name] of first.jointNames.entries()) {
      for (const share of [0.25, 0.5, 0.75]) {
        const atS = share * first.timeS.at(-1)!
        const difference = commandAt(first, i, atS) - commandAt(second, i, atS)
        expect(Math.abs(difference), name).toBeLessThan(5 * DEG)
      }
    }
    const gripper = second.measured.map((q) => q[second.jointNames.indexOf('gripper')]!)
    expect(Math.max(...gripper) - Math.min(...gripper)).toBeGreaterThan(0.8 * OPENING_RAD)
  })

  it('stops and holds on Ctrl-C', async () => {
    const program = repeat('--json')
    await program.event('started')
    await isMoving(twin)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', isWhole: false })
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
  })

  it('parks it on Ctrl-C where that was asked for, and says so', async () => {
    const program = repeat('--park')
    await program.line(/Ctrl-C stops and parks/)
    await isMoving(twin)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(false)
    expect(program.stdout).toContain('The arm is parked, torque off.')
  })
})

/** The same, but that a command opens the gripper and closes it. @param share - of the log */
function withGripper(recorded: RecordedMessage, share: number): RecordedMessage {
  if (recorded.topic !== '/joint_commands') return recorded
  const message = recorded.message as { readonly name: string[]; readonly position: Float64Array }
  const position = message.position.slice()
  position[message.name.indexOf('gripper')]! += OPENING_RAD * Math.sin(Math.PI * share) ** 2
  return { ...recorded, message: { ...message, position } }
}

/** The last command of a joint until a time [rad]. */
function commandAt({ command, timeS }: ArmTrack, joint: number, atS: number): number {
  return command[timeS.findLastIndex((each) => each <= atS)]![joint]!
}
