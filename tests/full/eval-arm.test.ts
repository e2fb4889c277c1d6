import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeNominalCalibration } from '../e2e/nominal-calibration-file.ts'
import {
  BIN,
  endPrograms,
  expectFailure,
  run,
  start,
  until,
  watch,
} from '../e2e/sim2arm-process.ts'
import { readServos, startTwin } from '../e2e/twin-process.ts'

let folder: string
let calibration: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-exam-'))
  calibration = join(folder, 'arm.yaml')
  writeNominalCalibration(calibration)
})
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

const exam = (port: string, stream: string) => [
  ...['eval', 'scripted', '--world', 'arm', '--port', port, '--calibration', calibration],
  ...['--sensor', `object=rosbridge://${stream}/object/pose`, '--json'],
]

describe('eval --world arm', () => {
  it('judges the episodes that somebody else sets up by the object sensor', async () => {
    // One more than is judged: the first may begin while the arm is still on its way to its start.
    const twin = await startTwin('--episodes', '3', '--seed', '5')
    const goal = ['--sensor', `goal=rosbridge://${twin.stream}/goal/pose`, '--episodes', '1']
    const program = start([...exam(twin.port, twin.stream), ...goal])
    expect(await program.ended, program.stderr).toBe(0)
    const result = program.events.at(-1)!
    expect(result).toMatchObject({
      ...{ type: 'result', world: 'arm', reality: null, randomization: null },
      ...{ episodes: 1, faults: 0, settled: null },
    })
    const { finalDistanceM } = result as unknown as { finalDistanceM: { mean: number } }
    // The emulated arm's own referee saw that end too, without a camera.
    const hasSeenIt = () =>
      twin.program.events.some(
        (each) =>
          each.type === 'episode' &&
          Math.abs((each['finalDistanceM'] as number) - finalDistanceM.mean) < 0.02,
      )
    await until(hasSeenIt, 'the referee agrees')
    twin.close()
  })

  it('has the object put where an episode begins, and holds the arm afterwards', async () => {
    const twin = await startTwin()
    const program = watch(
      spawn(process.execPath, [BIN, ...exam(twin.port, twin.stream), '--episodes', '1'], {
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    )
    await program.line(/^Episode 1: put the object at x .* cm, y .* cm/)
    program.child.stdin!.write('\n')
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', episodes: 1 })
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
    twin.close()
  })

  it('refuses to judge without an eye', async () => {
    const argv = ['eval', 'scripted', '--world', 'arm', '--port', '/dev/null']
    const program = await run(...argv, '--calibration', calibration)
    await expectFailure(program, 2, 'BRIDGE_USAGE', /referee/)
  })
})
