import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endPrograms, type JsonLine, start } from '../e2e/sim2arm-process.ts'

/** A Python with the readers of MCAP and of ROS 2 bags: SIM2ARM_PYTHON, or python3. */
const { SIM2ARM_PYTHON: python = 'python3' } = process.env
const packages = 'mcap mcap-ros2-support rosbags'
const canRead = spawnSync(python, ['-c', 'import mcap.reader, mcap_ros2, rosbags']).status === 0
const why = canRead ? '' : ` (skipped: needs ${python} -m pip install ${packages})`

/** How long a run goes on before it is killed. */
const RUN_MS = 4000

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-record-'))
})
afterAll(async () => {
  await endPrograms()
  rmSync(folder, { recursive: true })
})

async function readWithOthers(file: string) {
  const script = join(import.meta.dirname, 'recording.py')
  const { stdout } = await promisify(execFile)(python, [script, file])
  return JSON.parse(stdout)
}

const demo = (file: string, episodes: number) =>
  start([
    ...['demo', '--policy', 'scripted', '--reality', 'nominal', '--headless', '--json'],
    ...['--episodes', String(episodes), '--record', file],
  ])

describe('a recording of a run', () => {
  it.skipIf(!canRead)(`opens in mcap, mcap-ros2-support and rosbags${why}`, async () => {
    const file = join(folder, 'whole.mcap')
    const program = demo(file, 1)
    expect(await program.ended, program.stderr).toBe(0)
    const result = program.events.at(-1) as JsonLine & { recording: unknown }
    expect(result.recording).toEqual({ file, isComplete: true, droppedMessages: 0 })
    const seen = await readWithOthers(file)
    expect(seen).toMatchObject({ profile: 'ros2', isInOrder: true })
    expect(seen.metadata.sim2arm).toMatchObject({ policy: 'scripted', task: 'push' })
    expect(JSON.parse(seen.metadata.sim2arm.config)).toMatchObject({ arm: 'so101' })
    expect(seen.state.names).toContain('shoulder_lift')
    expect(seen.state.position).toHaveLength(6)
    expect(seen.bagState).toEqual(seen.state)
    expect(seen.numBagStates).toBe(seen.counts['/joint_states'])
    expect(seen.pose[0]).toBe('base')
    expect(Math.hypot(seen.pose[1], seen.pose[2])).toBeLessThan(0.6)
    expect(seen.row).toEqual(['action', expect.arrayContaining([expect.any(Number)])])
    // Eight seconds at 100 Hz and 25 Hz, and the way to the start.
    expect(seen.counts['/joint_states']).toBeGreaterThan(500)
    expect(seen.counts['/policy/action']).toBeGreaterThan(120)
    // The run's own verdict of the one episode there was, given a moment after the referee's.
    expect(seen.counts['/episode']).toBe(1)
    const total = Object.values(seen.counts as Record<string, number>).reduce((a, b) => a + b, 0)
    expect(seen.statistics).toBe(total)
  })

  it.skipIf(!canRead)(`is complete although its run was killed${why}`, async () => {
    const file = join(folder, 'killed.mcap')
    const program = demo(file, 1000)
    await program.event('started')
    await sleep(RUN_MS)
    program.child.kill('SIGKILL')
    // Its pipes close when the recorder, which outlives it, has ended too.
    await program.ended
    const seen = await readWithOthers(file)
    // At 100 Hz, less what a busy machine misses.
    expect(seen.counts['/joint_states']).toBeGreaterThan(RUN_MS / 30)
    expect(seen.numBagStates).toBe(seen.counts['/joint_states'])
  })
})
