import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLessons } from '../../../bridge/lerobot/read-lessons.node.ts'
import { TRACK_TOPICS, trackArm } from '../../../bridge/recording/arm-track.ts'
import { readDemonstrations } from '../../../bridge/recording/read-demonstrations.node.ts'
import { readRecording } from '../../../bridge/recording/read-recording.node.ts'
import { loadTrainConfig, resolveTrainJob } from '../../../policy/learning/train-job.node.ts'
import { type ControlSpec, createControlSpec, observationSize } from '../../../robot/io/spec.ts'
import { model, onArm } from '../../sim/push-setup.ts'
import { runInProcess } from './run-in-process.ts'

let folder: string
const path = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-virtual-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function resultOf(...argv: string[]): Promise<Record<string, unknown>> {
  const { exitCode, out, err } = await runInProcess(...argv, '--json')
  expect(exitCode, err).toBe(0)
  return JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, unknown>
}

const learnerOf = (spec: ControlSpec) => ({
  ...{ arm: 'so101', task: 'push', control: spec.control },
  ...{ observation: observationSize(spec), action: spec.actionNames.length },
})

const trackIn = (file: string) => trackArm(readRecording(file, TRACK_TOPICS).messages)

describe('record --excite --reality', () => {
  const excite = (file: string, reality: string) =>
    resultOf(
      ...['record', '--excite', '--reality', reality, '--seconds', '10'],
      ...['--seed', '3', '--out', path(file)],
    )

  it('records an emulated arm on virtual time, the same again each time', async () => {
    const whole = { file: path('a.mcap'), isComplete: true, droppedMessages: 0 }
    expect(await excite('a.mcap', 'random:6')).toMatchObject({ isWhole: true, recording: whole })
    await excite('b.mcap', 'random:6')
    const [first, second] = [trackIn(path('a.mcap')), trackIn(path('b.mcap'))]
    expect(first.timeS.at(-1)).toBeGreaterThan(9.5)
    expect(first.measured).toEqual(second.measured)
    // Every joint has moved, there and back.
    for (const joint of [0, 1, 2, 3, 4]) {
      const angles = first.measured.map((q) => q[joint]!)
      expect(Math.max(...angles) - Math.min(...angles)).toBeGreaterThan(0.2)
    }
  })

  it.each([
    [['--port', '/dev/null'], 'BRIDGE_USAGE', 'emulated'],
    [['--reality', 'nowhere'], 'CONFIG_UNKNOWN_NAME', 'nowhere'],
    [['--arm', 'panda'], 'ROBOT_ARM_INVALID', 'panda'],
  ])('with %j is refused', async (argv, code, words) => {
    const command = ['record', '--excite', '--reality', 'nominal', '--out', path('no.mcap')]
    const { exitCode, err } = await runInProcess(...command, ...argv)
    expect(exitCode).toBe(2)
    expect(err).toMatch(new RegExp(`^${code}: .*${words}`, 'm'))
    expect(existsSync(path('no.mcap'))).toBe(false)
  })
})

describe('eval --world twin --record', () => {
  const evaluate = ['eval', 'scripted', '--world', 'twin', '--reality', 'nominal']

  it('records every episode as demonstrations for training', async () => {
    const file = path('shown.mcap')
    const report = await resultOf(...evaluate, '--episodes', '2', '--record', file)
    expect(report).toMatchObject({ recording: { file, isComplete: true, droppedMessages: 0 } })
    expect(report['success']).toMatchObject({ '0.05': { rate: 1 } })
    const spec = createControlSpec(model, onArm.control)
    const shown = readDemonstrations([file], learnerOf(spec))
    expect(shown).toHaveLength(2)
    const { isComplete, messages } = readRecording(file, ['/joint_states', '/object/pose'])
    expect(isComplete).toBe(true)
    // Two episodes of 8 s at 100 Hz, and the pause before them.
    const states = messages.filter(({ topic }) => topic === '/joint_states')
    expect(Math.abs(states.length - 1640)).toBeLessThan(60)
  })

  it('exported to LeRobot teaches the same, found again from joints alone', async () => {
    const dataset = path('shown')
    const recorded = path('shown.mcap')
    await resultOf('export', recorded, '--format', 'lerobot', '--out', dataset)
    const job = resolveTrainJob(loadTrainConfig('push-so101'))
    const spec = createControlSpec(model, onArm.control)
    const size = observationSize(spec)
    const shown = readDemonstrations([recorded], learnerOf(spec))
    const found = await readLessons([dataset], job)
    expect(found).toHaveLength(2)
    const { joints } = spec
    const tipAt = 2 * joints.length + 3
    for (const [k, { observation, action, weight }] of found.entries()) {
      const steps = action.length / 3
      expect(steps).toBeGreaterThan(190)
      // As fast as a policy may be: all of it can be learnt.
      expect([...weight!]).toEqual(Array(steps).fill(1))
      let [offRad, awayM] = [0, 0]
      for (let step = 0; step < steps; step++) {
        const own = observation.subarray(step * size, (step + 1) * size)
        const theirs = shown[k]!.observation.subarray(step * size, (step + 1) * size)
        for (let i = 0; i < joints.length; i++) offRad += Math.abs(own[i]! - theirs[i]!)
        for (let i = 0; i < 3; i++) awayM += Math.abs(own[tipAt + i]! - theirs[tipAt + i]!)
      }
      // Frames and the loop's steps may lie a cycle apart.
      expect(offRad / (joints.length * steps)).toBeLessThan(0.01)
      // The commanded tip, which actions steer, is found again from what the joints were told.
      expect(awayM / (3 * steps)).toBeLessThan(0.003)
    }
  })

  it('leaves no recording where nothing began', async () => {
    const twin = ['eval', 'scripted', '--world', 'twin', '--episodes', '1']
    const failing = await runInProcess(...twin, '--reality', 'no.yaml', '--record', path('no.mcap'))
    expect(failing).toMatchObject({
      ...{ exitCode: 2, err: expect.stringContaining('CONFIG_FILE_MISSING') },
    })
    expect(existsSync(path('no.mcap'))).toBe(false)
  })

  it('never writes over a recording, and records no world but the twin', async () => {
    const twice = await runInProcess(...evaluate, '--episodes', '1', '--record', path('shown.mcap'))
    expect(twice).toMatchObject({ exitCode: 2, err: expect.stringContaining('it exists') })
    const elsewhere = ['eval', 'still', '--world', 'rapier', '--record', path('no.mcap')]
    expect(await runInProcess(...elsewhere)).toMatchObject({
      ...{ exitCode: 2, err: expect.stringContaining('BRIDGE_USAGE') },
    })
  })
})
