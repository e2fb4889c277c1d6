import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SURROUNDINGS } from '../../../bridge/lerobot/episode.ts'
import { readDataset } from '../../../bridge/lerobot/read-dataset.node.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { policyPath } from '../../../policy/file/policy-file.node.ts'
import { EPISODE_S, POLICY_RATE_HZ, pushMessages, writePush } from '../recording/recorded-push.ts'
import { runInProcess } from './run-in-process.ts'

const DEG = Math.PI / 180

let folder: string
let messages: RecordedMessage[]
const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-replay-'))
  messages = await pushMessages(2)
  await writePush(path('push.mcap'), messages)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function resultOf(...argv: string[]): Promise<Record<string, unknown>> {
  const { exitCode, out } = await runInProcess(...argv, '--json')
  expect(exitCode, out).toBe(0)
  return JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, unknown>
}

async function failureOf(...argv: string[]) {
  const { exitCode, out } = await runInProcess(...argv, '--json')
  const last = JSON.parse(out.trim().split('\n').at(-1)!) as {
    readonly error: { readonly code: string; readonly message: string; readonly hint: string }
  }
  expect(exitCode).toBe(2)
  return last.error
}

interface Gap {
  readonly joints: readonly { readonly rmsRad: number; readonly trackingRad: number }[]
  readonly object: Readonly<Record<'windows' | 'rmsM' | 'endM' | 'movedM', number>> | null
}

describe('replay in simulation', () => {
  it('finds the gap of joints and object to another engine, and draws them', async () => {
    const report = path('gap.html')
    const gap = await resultOf('replay', path('push.mcap'), '--report', report)
    const { joints, object } = gap as unknown as Gap
    expect(joints).toHaveLength(5)
    for (const { rmsRad, trackingRad } of joints) {
      expect(rmsRad).toBeGreaterThan(0.01 * DEG)
      expect(rmsRad).toBeLessThan(trackingRad)
      expect(rmsRad).toBeLessThan(2 * DEG)
    }
    // Pushed at least as far as start and goal are apart, less the threshold; simulated to nearly the same place.
    expect(object!.windows).toBe(2)
    expect(object!.movedM).toBeGreaterThan(0.07)
    expect(object!.endM).toBeGreaterThan(0.0005)
    expect(object!.endM).toBeLessThan(object!.movedM / 2)
    // Two curves each of the object's x and y, three of each joint.
    expect(readFileSync(report, 'utf8').match(/<polyline/g)).toHaveLength(2 * 2 + 5 * 3)
  })

  it.each(['--csv', '--report'])(
    'refuses a folder that is not there before it simulates: %s',
    async (flag) => {
      const { exitCode, out } = await runInProcess(
        ...['replay', path('push.mcap'), flag, path('nowhere/file'), '--json'],
      )
      expect(exitCode).toBe(2)
      const events = out.trim().split('\n')
      expect(events).toHaveLength(1)
      expect(events[0]).toContain('BRIDGE_DISK')
    },
  )

  it('tells of the joints alone where the task is not a shipped one', async () => {
    await writePush(path('own.mcap'), messages, { task: 'own-task' })
    expect(await resultOf('replay', path('own.mcap'))).toMatchObject({ object: null })
  })

  it.each([
    [['--port', '/dev/null'], 'BRIDGE_USAGE', '--to arm'],
    [['--to', 'viewer', '--csv', 'x'], 'BRIDGE_USAGE', '--to simulation'],
    [['--to', 'stream', '--stream', 'nowhere'], 'BRIDGE_USAGE', '127.0.0.1:9090'],
    [['--speed', '0.5'], 'BRIDGE_USAGE', '--to stream or ros or arm'],
    [['--loop'], 'BRIDGE_USAGE', '--to stream or ros'],
    [['--to', 'arm', '--speed', '2'], 'BRIDGE_USAGE', '--speed 1'],
    [['--ros-args', '-r', 'a:=b', '--'], 'BRIDGE_USAGE', '--to ros'],
    [['--to', 'ros'], 'BRIDGE_ROS_MISSING', 'setup.bash'],
    [['--episode', '1'], 'BRIDGE_USAGE', 'LeRobotDataset'],
    [['--to', 'stream', '--episode', '1'], 'BRIDGE_USAGE', 'LeRobotDataset'],
    [['--to', 'viewer', '--units', 'degrees'], 'BRIDGE_USAGE', 'LeRobotDataset'],
    [['--to', 'arm', '--units', 'degrees'], 'BRIDGE_USAGE', 'LeRobotDataset'],
    [['--calibration', 'arm.yaml'], 'BRIDGE_USAGE', '--to arm'],
    [['--to', 'ros', '--arm', 'so101'], 'BRIDGE_USAGE', '--to arm'],
    [['--to', 'arm'], 'BRIDGE_USAGE', 'doctor'],
    [['--to', 'arm', '--port', 'x'], 'ROBOT_CALIBRATION_MISSING', 'calibrate'],
  ])('%j is refused', async (argv, code, hint) => {
    const error = await failureOf('replay', path('push.mcap'), ...argv)
    expect(error.code).toBe(code)
    expect(error.hint).toContain(hint)
  })
})

describe('export --format lerobot', () => {
  it('writes what was measured, told and seen, and replay reads it as a log', async () => {
    const out = path('dataset')
    const words = ['--instruction', 'push the puck']
    const exported = await resultOf('export', path('push.mcap'), '--out', out, ...words)
    expect(exported).toMatchObject({ arm: 'so101', units: 'degrees', episodes: 2 })
    const { fps, frames, joints, robotType } = await readDataset(out)
    expect({ fps, robotType, joints: joints.length }).toEqual({
      ...{ fps: POLICY_RATE_HZ, robotType: 'so_follower', joints: 6 },
    })
    // Two episodes, less the frame that never ended.
    const expected = 2 * EPISODE_S * POLICY_RATE_HZ
    expect(Math.abs(frames.length - expected)).toBeLessThan(10)
    expect(new Set(frames.map(({ task }) => task))).toEqual(new Set(['push the puck']))
    expect(frames[0]!.surroundings).toHaveLength(SURROUNDINGS.length)
    // The same log through degrees and float32, at a quarter of the rate.
    const [fine, coarse] = (await Promise.all([
      resultOf('replay', path('push.mcap')),
      resultOf('replay', out, '--delay', '0'),
    ])) as unknown as [Gap, Gap]
    for (const [i, { rmsRad }] of coarse.joints.entries()) {
      expect(rmsRad).toBeLessThan(fine.joints[i]!.rmsRad + 2 * DEG)
    }
  })

  it('refuses to join what does not belong together', async () => {
    const control = JSON.stringify({ policyRateHz: 10 })
    await writePush(path('slow.mcap'), messages, { control })
    const files = [path('push.mcap'), path('slow.mcap')]
    const error = await failureOf('export', ...files, '--out', path('both'))
    expect(error.code).toBe('BRIDGE_RECORDING_INVALID')
    expect(error.message).toMatch(/slow\.mcap has another rate than .*push\.mcap/)
  })

  it('is of recordings: a policy is handed on as the file it is', async () => {
    const out = path('policy.onnx')
    const exported = await resultOf('export', 'push-so101', '--format', 'onnx', '--out', out)
    expect(exported).toMatchObject({ format: 'onnx', arm: 'so101', task: 'push' })
    expect(readFileSync(out)).toEqual(readFileSync(policyPath('push-so101')))
    const more = ['--format', 'onnx', '--out', path('no.onnx')]
    expect((await failureOf('export', path('push.mcap'), ...more)).code).toMatch(
      /^(CONFIG|POLICY)_/,
    )
  })

  it('says of a dataset what it is, where recordings are asked for', async () => {
    const dataset = path('dataset-again')
    await resultOf('export', path('push.mcap'), '--out', dataset)
    for (const format of [[], ['--format', 'lerobot']]) {
      const error = await failureOf('export', dataset, ...format, '--out', path('again'))
      expect(error.code).toBe('BRIDGE_USAGE')
      expect(error.message).toMatch(/dataset-again is a LeRobotDataset already$/)
    }
    const beside = await failureOf('view', path('push.mcap'), dataset)
    expect(beside.code).toBe('BRIDGE_RECORDING_INVALID')
    expect(beside.message).toMatch(/it is a LeRobotDataset, no recording$/)
  })

  it.each([
    [['so101', '--format', 'lerobot', '--out', 'x'], 'BRIDGE_RECORDING_INVALID'],
    [['so101', '--fps', '30'], 'BRIDGE_USAGE'],
    [['so101', 'koch'], 'BRIDGE_USAGE'],
  ])('%j is refused', async (argv, code) => {
    expect((await failureOf('export', ...argv)).code).toBe(code)
  })

  it('has as many episodes as it says, and is of the arm that it says', async () => {
    const out = path('one')
    await resultOf('export', path('push.mcap'), '--out', out)
    const other = await failureOf('replay', out, '--arm', 'koch')
    expect(other).toMatchObject({ code: 'BRIDGE_DATASET_INVALID' })
    expect(other.hint).toContain('--arm so101')
    const error = await failureOf('replay', out, '--episode', '2')
    expect(error).toMatchObject({ code: 'BRIDGE_DATASET_INVALID', hint: '--episode 0 to 1' })
  })

  it('needs a folder', async () => {
    expect((await failureOf('export', path('push.mcap'))).code).toBe('BRIDGE_USAGE')
  })
})
