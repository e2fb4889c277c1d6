import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { KnownFailure } from '../../../bridge/deploy/failure-watch.ts'
import { readRecording } from '../../../bridge/recording/read-recording.node.ts'
import { distanceToGoal } from '../../../bridge/viewer/frame-values.ts'
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
  const reel = framesOfRecording(file, readRecording(file, SHOWN_TOPICS), (frame) => frame)
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
    const recordings = last.failures.map(({ kind }) => `scripted-stack-so101.${kind}.mcap`)
    expect(last.failures.map(({ recording }) => recording)).toEqual(recordings)
    expect(readdirSync(folder).sort()).toEqual([...recordings].sort())
    for (const { episode, kind, recording } of last.failures) {
      const { reel, states } = statesOf(join(folder, recording!))
      expect(reel.durationS).toBeCloseTo(14, 6)
      // Two cubes, each where it is in the air too; the goal is above the second.
      const end = states.at(-1)!
      expect(end.objects).toHaveLength(2)
      expect(reel.scene.joints.at(-1)).toBe('gripper')
      expect(end.q).toHaveLength(reel.scene.joints.length)
      expect(end.goal.z).toBeGreaterThan(0.03)
      const verdicts = reel.frames.flatMap((frame) => ('episode' in frame ? [frame.episode] : []))
      expect(verdicts).toMatchObject([{ episode, isSuccess: false }])
      const [x, y, z] = end.objects[0]!.position
      const awayM = Math.hypot(x - end.goal.x, y - end.goal.y, z - end.goal.z!)
      if (kind === 'incomplete') expect(awayM).toBeLessThan(0.015)
      else expect(awayM).toBeGreaterThan(0.015)
    }
  })

  it('is the same episode that is played alone, and replaces recordings of before', async () => {
    const argv = ['still', '--world', 'mujoco', '--seed', '3', '--failures']
    const [both, alone] = [join(folder, 'both'), join(folder, 'alone')]
    mkdirSync(both)
    for (const kind of ['untouched', 'left']) {
      writeFileSync(join(both, `still-push-so101.${kind}.mcap`), 'old')
    }
    const { last } = await evaluate(...argv, both, '--episodes', '3')
    const recording = 'still-push-so101.untouched.mcap'
    expect(last.failures).toEqual([{ kind: 'untouched', episodes: 3, episode: 0, recording }])
    expect(readdirSync(both)).toEqual([recording])
    await evaluate(...argv, alone, '--episodes', '1')
    const bytes = readFileSync(join(both, recording))
    expect(readFileSync(join(alone, recording)).equals(bytes)).toBe(true)
    const { metadata } = readRecording(join(both, recording), [])
    expect(metadata).toMatchObject({ world: 'mujoco', randomization: 'wide', seed: '3' })
    const { states } = statesOf(join(both, recording))
    expect(new Set(states.map(({ objects }) => objects[0]!.position[0].toFixed(3))).size).toBe(1)
  })

  it('counts the episodes that were asked for, in as many batches as they take', async () => {
    const { last } = await evaluate('still', '--randomization', 'none', '--episodes', '130')
    expect(last.failures).toEqual([{ kind: 'untouched', episodes: 130, episode: 0 }])
    const { terms } = last as Report & { readonly terms: Record<string, number> }
    // Nothing moves, is reached or pressed: only what is not yet so counts, in every step.
    expect(terms).toMatchObject({ inside: 0, success: 0, effort: 0, pressing: 0, outside: 1 })
    expect(Math.abs(terms['progress']!)).toBeLessThan(1e-4)
  })

  it('shows how far the tool is from its goal where there is no object', async () => {
    const argv = ['still', '--task', 'reach', '--randomization', 'none', '--episodes', '1']
    const { last } = await evaluate(...argv, '--failures', join(folder, 'reach'))
    const [failure] = last.failures
    const { states } = statesOf(join(folder, 'reach', failure!.recording!))
    const { finalDistanceM } = last as Report & { finalDistanceM: { mean: number } }
    expect(distanceToGoal(states.at(-1)!)).toBeCloseTo(finalDistanceM.mean, 3)
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
    const card = join(folder, 'card.jsonl')
    mkdirSync(join(full, 'still-push-so101.untouched.mcap'), { recursive: true })
    const argv = ['eval', 'still', '--episodes', '2', '--failures', full, '--append', card]
    const { err, exitCode, out } = await runInProcess(...argv)
    expect(err).toMatch(/^BRIDGE_DISK: cannot write /m)
    expect(exitCode).toBe(2)
    expect(out).toContain('within 5 cm: 0.0 %')
    expect(JSON.parse(readFileSync(card, 'utf8'))).toMatchObject({ policy: 'still', episodes: 2 })
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
