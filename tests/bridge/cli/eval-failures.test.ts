import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { KnownFailure } from '../../../bridge/deploy/failure-watch.ts'
import { readRecording } from '../../../bridge/recording/read-recording.node.ts'
import {
  framesOfRecording,
  type RecordingFrame,
  SHOWN_TOPICS,
} from '../../../bridge/viewer/recording-frames.ts'
import { runInProcess } from './run-in-process.ts'

interface Report {
  readonly episodes: number
  readonly success: Readonly<Record<string, { readonly rate: number }>>
  readonly failures: readonly (KnownFailure & { readonly recording?: string })[]
}

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-failures-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function evaluate(...argv: string[]) {
  const { err, exitCode, out } = await runInProcess('eval', ...argv, '--json')
  const last = out.trimEnd().split('\n').at(-1)!
  return { err, exitCode, last: JSON.parse(last) as Report, out }
}

const statesOf = (file: string) => {
  const reel = framesOfRecording(file, readRecording(file, SHOWN_TOPICS))
  const stateOf = (frame: RecordingFrame) => ('state' in frame ? [frame.state] : [])
  return { reel, states: reel.frames.flatMap(stateOf) }
}

describe('eval --failures', () => {
  it('records the first episode of each kind, as the task judged it', async () => {
    const argv = ['scripted', '--task', 'stack', '--randomization', 'wide', '--episodes', '24']
    const { last } = await evaluate(...argv, '--failures', folder)
    const failed = last.failures.reduce((sum, { episodes }) => sum + episodes, 0)
    expect(failed).toBe(Math.round(last.episodes * (1 - last.success['0.015']!.rate)))
    expect(failed).toBeGreaterThan(4)
    const recordings = last.failures.map(({ kind }) => `scripted.${kind}.mcap`)
    expect(last.failures.map(({ recording }) => recording)).toEqual(recordings)
    expect(readdirSync(folder).sort()).toEqual([...recordings].sort())
    for (const { kind, recording } of last.failures) {
      const { reel, states } = statesOf(join(folder, recording!))
      expect(reel.durationS).toBeCloseTo(14, 6)
      // Two cubes, each where it is in the air too; the goal is above the second.
      const end = states.at(-1)!
      expect(end.objects).toHaveLength(2)
      expect(reel.scene.joints.at(-1)).toBe('gripper')
      expect(end.q).toHaveLength(reel.scene.joints.length)
      expect(end.goal.z).toBeGreaterThan(0.03)
      const [x, y, z] = end.objects[0]!.position
      const awayM = Math.hypot(x - end.goal.x, y - end.goal.y, z - end.goal.z!)
      if (kind === 'incomplete') expect(awayM).toBeLessThan(0.015)
      else expect(awayM).toBeGreaterThan(0.015)
    }
  })

  it('is the same episode that is played alone, and replaces recordings of before', async () => {
    const argv = ['still', '--world', 'mujoco', '--seed', '3', '--failures', folder]
    writeFileSync(join(folder, 'still.untouched.mcap'), 'old')
    const { last } = await evaluate(...argv, '--episodes', '3')
    expect(last.failures).toEqual([
      { kind: 'untouched', episodes: 3, episode: 0, recording: 'still.untouched.mcap' },
    ])
    const bytes = readFileSync(join(folder, 'still.untouched.mcap'))
    await evaluate(...argv, '--episodes', '1')
    expect(readFileSync(join(folder, 'still.untouched.mcap')).equals(bytes)).toBe(true)
    const { states } = statesOf(join(folder, 'still.untouched.mcap'))
    expect(new Set(states.map(({ objects }) => objects[0]!.position[0].toFixed(3))).size).toBe(1)
  })

  it('says at once that there can be no such folder', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const { err, exitCode } = await runInProcess('eval', 'still', '--failures', file)
    expect(err).toMatch(/^BRIDGE_DISK: cannot make /)
    expect(exitCode).toBe(2)
  })

  it('does not lose what it found out when it cannot write', async () => {
    const full = join(folder, 'full')
    mkdirSync(join(full, 'still.untouched.mcap'), { recursive: true })
    const argv = ['eval', 'still', '--episodes', '2', '--failures', full]
    const { err, exitCode, out } = await runInProcess(...argv)
    expect(err).toMatch(/^BRIDGE_DISK: cannot write /m)
    expect(exitCode).toBe(2)
    expect(out).toContain('within 5 cm: 0.0 %')
  })

  it.each([
    [['--world', 'twin'], '--failures says nothing about --world twin'],
    [['--goals', '3'], '--failures says nothing about --goals'],
  ])('goes with simulated worlds and single goals: %j', async (more, message) => {
    const argv = ['eval', 'still', '--failures', folder, ...more]
    const { err, exitCode } = await runInProcess(...argv)
    expect(err).toContain(`BRIDGE_USAGE: ${message}`)
    expect(exitCode).toBe(2)
  })
})

it('tells what the reward terms come to per step', async () => {
  const argv = ['still', '--randomization', 'none', '--episodes', '3']
  const { last } = await evaluate(...argv)
  const { terms } = last as Report & { readonly terms: Record<string, number> }
  // Nothing moves, is reached or pressed: only what is not yet so counts, in every step.
  expect(terms).toMatchObject({ inside: 0, success: 0, effort: 0, pressing: 0, outside: 1 })
  expect(Math.abs(terms['progress']!)).toBeLessThan(1e-4)
})
