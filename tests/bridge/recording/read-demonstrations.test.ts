import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { McapRecording } from '../../../bridge/recording/mcap-recording.ts'
import { readDemonstrations } from '../../../bridge/recording/read-demonstrations.node.ts'
import { numberRow, type Topic } from '../../../bridge/recording/topics.ts'

const WIDTHS = { observation: 2, action: 1 }
const folder = mkdtempSync(join(tmpdir(), 'sim2arm-demonstrations-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('recorded demonstrations', () => {
  it('are the episodes that succeeded, step by step', async () => {
    const file = await record('two.mcap', [
      {
        steps: [
          [1, 2],
          [3, 4],
        ],
        isSuccess: true,
      },
      { steps: [[5, 6]], isSuccess: false },
      { steps: [[7, 8]], isSuccess: true },
    ])
    const episodes = readDemonstrations([file], WIDTHS)
    expect(episodes.map(({ observation }) => [...observation])).toEqual([
      [1, 2, 3, 4],
      [7, 8],
    ])
    // Each action is a tenth of its first observation.
    expect(episodes.map(({ action }) => [...action])).toEqual([
      [Math.fround(0.1), Math.fround(0.3)],
      [Math.fround(0.7)],
    ])
  })

  it('are refused where they are of another task or arm, and where none succeeded', async () => {
    const file = await record('other.mcap', [{ steps: [[1, 2]], isSuccess: true }])
    expect(() => readDemonstrations([file], { observation: 3, action: 1 })).toThrow(
      expect.objectContaining({ code: 'POLICY_MISMATCH' }),
    )
    const failed = await record('failed.mcap', [{ steps: [[1, 2]], isSuccess: false }])
    expect(() => readDemonstrations([failed], WIDTHS)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_RECORDING_INVALID' }),
    )
  })
})

interface Episode {
  readonly steps: readonly (readonly number[])[]
  readonly isSuccess: boolean
}

async function record(name: string, episodes: readonly Episode[]): Promise<string> {
  const parts: Uint8Array[] = []
  const recording = new McapRecording({
    position: () => BigInt(parts.reduce((sum, { length }) => sum + length, 0)),
    write: async (bytes) => {
      parts.push(bytes.slice())
    },
  })
  await recording.start('test', {})
  const add = (topic: Topic, message: unknown) => recording.add({ topic, epochS: 1, message })
  for (const { steps, isSuccess } of episodes) {
    for (const step of steps) {
      await add('/policy/observation', numberRow('observation', step))
      await add('/policy/action', numberRow('action', [step[0]! / 10]))
    }
    await add('/episode', { data: JSON.stringify({ isSuccess }) })
  }
  await recording.end()
  const file = join(folder, name)
  writeFileSync(file, Buffer.concat(parts))
  return file
}
