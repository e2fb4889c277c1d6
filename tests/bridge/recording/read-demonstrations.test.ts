import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { McapRecording } from '../../../bridge/recording/mcap-recording.ts'
import { readDemonstrations } from '../../../bridge/recording/read-demonstrations.node.ts'
import { numberRow } from '../../../bridge/recording/ros-values.ts'
import type { Topic } from '../../../bridge/recording/topics.ts'
import { restingScene } from '../../../bridge/viewer/resting-scene.ts'
import { joinDemonstrations } from '../../../policy/learning/demonstrations.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { onArm, so101 } from '../../sim/push-setup.ts'

const WIDTHS = { observation: 2, action: 1 }
const { control } = onArm
const LEARNER = { ...WIDTHS, arm: 'so101', task: 'push', control }
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
    const episodes = readDemonstrations([file], LEARNER)
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

  it('are only what a leader did, where one had to help', async () => {
    const steps = [
      [1, 2],
      [3, 4],
      [5, 6],
    ]
    const led = await record('led.mcap', [
      { steps, acting: ['policy', 'leader', 'policy'], isSuccess: true },
      { steps, acting: ['policy', 'policy', 'policy'], isSuccess: true },
    ])
    const [helped, alone] = readDemonstrations([led], LEARNER)
    expect([...helped!.observation]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...helped!.weight!]).toEqual([0, 1, 0])
    expect(alone!.weight).toBeUndefined()
    const { weight } = joinDemonstrations([helped!, alone!], { ...WIDTHS, chunkSteps: 4 })
    // Row by row, an episode beside the other; behind the end nothing counts.
    expect([...weight]).toEqual([0, 1, 1, 1, 0, 1, 0, 0])
  })

  it('are refused where they are of another task or arm, and where none succeeded', async () => {
    const file = await record('other.mcap', [{ steps: [[1, 2]], isSuccess: true }])
    expect(() => readDemonstrations([file], { ...LEARNER, observation: 3 })).toThrow(
      expect.objectContaining({ code: 'POLICY_MISMATCH' }),
    )
    const failed = await record('failed.mcap', [{ steps: [[1, 2]], isSuccess: false }])
    expect(() => readDemonstrations([failed], LEARNER)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_RECORDING_INVALID' }),
    )
  })

  it('are refused where another arm, task or control has as many numbers', async () => {
    const own = {
      scene: JSON.stringify(restingScene(so101)),
      task: 'push',
      control: JSON.stringify(control),
    }
    const read = async (name: string, metadata: Record<string, string>) => {
      const file = await record(name, [{ steps: [[1, 2]], isSuccess: true }], metadata)
      return () => readDemonstrations([file], LEARNER)
    }
    expect((await read('own.mcap', own))()).toHaveLength(1)
    const scene = JSON.stringify(restingScene(loadArmDescription('koch')))
    const slower = JSON.stringify({ ...control, policyRateHz: control.policyRateHz / 2 })
    for (const [metadata, message] of [
      [{ ...own, scene }, /is of the arm koch, not of so101/],
      [{ ...own, task: 'lift' }, /is of the task lift, not of push/],
      [{ ...own, control: slower }, /is of another control: policyRateHz: expected 25/],
    ] as const) {
      const reading = await read('foreign.mcap', metadata)
      expect(reading).toThrow(expect.objectContaining({ code: 'POLICY_MISMATCH' }))
      expect(reading).toThrow(message)
    }
  })
})

interface Episode {
  readonly steps: readonly (readonly number[])[]
  readonly isSuccess: boolean
  /** Who acted, by step. */
  readonly acting?: readonly string[]
}

async function record(
  name: string,
  episodes: readonly Episode[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const parts: Uint8Array[] = []
  const recording = new McapRecording({
    position: () => BigInt(parts.reduce((sum, { length }) => sum + length, 0)),
    write: async (bytes) => {
      parts.push(bytes.slice())
    },
  })
  await recording.start('test', metadata)
  const add = (topic: Topic, message: unknown) => recording.add({ topic, epochS: 1, message })
  for (const { acting, steps, isSuccess } of episodes) {
    for (const [k, step] of steps.entries()) {
      await add('/policy/observation', numberRow('observation', step))
      await add('/policy/action', numberRow('action', [step[0]! / 10]))
      if (acting !== undefined) await add('/policy/acting', { data: acting[k] })
    }
    await add('/episode', { data: JSON.stringify({ isSuccess }) })
  }
  await recording.end()
  const file = join(folder, name)
  writeFileSync(file, Buffer.concat(parts))
  return file
}
