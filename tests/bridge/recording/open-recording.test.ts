import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { McapWriter } from '@mcap/core'
import { afterAll, describe, expect, it } from 'vitest'
import { trackArm } from '../../../bridge/recording/arm-track.ts'
import { encodeRecording } from '../../../bridge/recording/encode-recording.ts'
import { splitEpisodes } from '../../../bridge/recording/read-demonstrations.node.ts'
import { openRecording } from '../../../bridge/recording/read-recording.node.ts'
import { rosType } from '../../../bridge/recording/ros-types.ts'
import { numberRow } from '../../../bridge/recording/ros-values.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { withinMemory } from '../../../bridge/recording/within-memory.node.ts'
import { numberedObservations } from './observations.ts'
import { passing } from './passing-messages.ts'
import { recordLoop } from './record-loop.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-open-'))
afterAll(() => rmSync(folder, { recursive: true }))

const OBSERVATIONS = ['/policy/observation']

/** Some megabytes of observations, each with its number. */
const messages = numberedObservations(600, 2000)

async function write(name: string, metadata: Record<string, string> = {}): Promise<string> {
  const file = join(folder, name)
  writeFileSync(file, await encodeRecording('test', messages, metadata))
  return file
}

describe('an open recording', () => {
  it('gives its messages as often as somebody goes through them, and then knows its end', async () => {
    const recording = openRecording(await write('twice.mcap', { task: 'push' }), OBSERVATIONS)
    expect(recording.metadata).toEqual({ task: 'push' })
    expect(recording.isComplete).toBe(false)
    for (let pass = 0; pass < 2; pass++) {
      const stamps = Array.from(recording.messages, ({ epochS }) => epochS)
      expect(stamps).toEqual(messages.map(({ epochS }) => epochS))
      expect(recording.isComplete).toBe(true)
    }
  })

  it('is read as far as somebody has come, not at once', async () => {
    const file = await write('short.mcap')
    const recording = openRecording(file, OBSERVATIONS)
    let read = 0
    for (const { epochS } of recording.messages) {
      if (read === 0) truncateSync(file, 2 << 20)
      expect(epochS).toBe(messages[read++]!.epochS)
    }
    // Each takes 8 kB.
    expect(read).toBeGreaterThan(100)
    expect(read).toBeLessThan(messages.length / 2)
    expect(recording.isComplete).toBe(false)
  })

  it('finds what is said about the run also behind the messages', async () => {
    const parts: Uint8Array[] = []
    let size = 0n
    const writer = new McapWriter({
      writable: {
        async write(bytes) {
          parts.push(bytes.slice())
          size += BigInt(bytes.length)
        },
        position: () => size,
      },
    })
    await writer.start({ profile: 'ros2', library: 'other' })
    const type = rosType('std_msgs/String')
    const data = new TextEncoder().encode(type.schema)
    const schemaId = await writer.registerSchema({ name: type.name, encoding: 'ros2msg', data })
    const channelId = await writer.registerChannel({
      ...{ topic: '/episode', schemaId, messageEncoding: 'cdr', metadata: new Map() },
    })
    await writer.addMessage({
      ...{ channelId, sequence: 0, logTime: 1n, publishTime: 1n },
      data: type.encode({ data: '{}' }),
    })
    await writer.addMetadata({ name: 'sim2arm', metadata: new Map([['task', 'lift']]) })
    await writer.end()
    const file = join(folder, 'behind.mcap')
    writeFileSync(file, Buffer.concat(parts))
    expect(openRecording(file, ['/episode']).metadata).toEqual({ task: 'lift' })
    expect(openRecording(file, ['/nothing']).metadata).toEqual({ task: 'lift' })
  })
})

describe('what is made of a long recording', () => {
  it('holds no message: the track of an arm', async () => {
    const recorded = (await recordLoop()).filter(({ topic }) => topic.startsWith('/joint_'))
    const track = trackArm(passing(recorded))
    expect(track.timeS.length).toBeGreaterThan(100)
    expect(track).toEqual(trackArm(recorded))
    for (const row of [...track.measured, ...track.command]) expect(row).not.toContain(Number.NaN)
  })

  it('holds no message: demonstrations', () => {
    const recorded = [1, 2, 3].flatMap((k) => [
      ...[0, 1, 2].flatMap((step): RecordedMessage[] => {
        const epochS = 10 * k + step
        return [
          { topic: '/policy/observation', epochS, message: numberRow('o', [k, step]) },
          { topic: '/policy/action', epochS, message: numberRow('a', [step]) },
        ]
      }),
      {
        ...{ topic: '/episode', epochS: 10 * k + 3 },
        message: { data: JSON.stringify({ durationS: 3, isSuccess: k !== 2 }) },
      } as const,
    ])
    const episodes = splitEpisodes(passing(recorded))
    expect(episodes.map(({ observation }) => observation.map((row) => [...row]))).toEqual([
      [0, 1, 2].map((step) => [1, step]),
      [0, 1, 2].map((step) => [3, step]),
    ])
  })

  it('is refused where it keeps something of more cycles than there is memory for', async () => {
    const recorded = (await recordLoop()).filter(({ topic }) => topic.startsWith('/joint_'))
    const { timeS } = trackArm(recorded)
    const track = (most: number) => () => trackArm(withinMemory('long.mcap', recorded, most))
    expect(track(timeS.length)().timeS).toEqual(timeS)
    expect(track(timeS.length - 1)).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_RECORDING_INVALID',
        message: expect.stringContaining('long.mcap is too long'),
        hint: expect.stringContaining('--max-old-space-size'),
      }),
    )
    // An hour at 100 Hz is nothing, with what Node takes by default.
    const hour = function* () {
      const cycle = recorded.find(({ topic }) => topic === '/joint_commands')!
      for (let k = 0; k < 360_000; k++) yield cycle
    }
    let cycles = 0
    for (const _ of withinMemory('hour.mcap', { [Symbol.iterator]: hour })) cycles++
    expect(cycles).toBe(360_000)
  })
})
