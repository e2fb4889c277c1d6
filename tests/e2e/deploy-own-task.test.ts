import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfigText } from '../../configs/load/load.node.ts'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { OBJECT_M, type ObjectServer, startObjectServer } from './object-server.ts'
import { endPrograms, expectFailure, type Program, run } from './sim2arm-process.ts'
import { smallPolicy } from './small-policy.ts'
import { startTwin, type TwinProcess } from './twin-process.ts'

/** Far from where the camera sees the object. */
const GOAL_M = [0.18, -0.1] as const

let folder: string
let camera: ObjectServer
let twin: TwinProcess
const file = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-own-task-'))
  writeNominalCalibration(file('arm.yaml'))
  writeFileSync(file('policy.onnx'), smallPolicy('so101', { taskName: 'hurried-push' }))
  writeFileSync(file('hurried-push.yaml'), hurriedPush())
  camera = await startObjectServer()
  twin = await startTwin()
})
afterAll(async () => {
  twin.close()
  await camera.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

/** Pushing in episodes of one second, for whoever is content with half a metre. */
function hurriedPush(): string {
  return readConfigText('tasks', 'push')
    .text.replace('name: push', 'name: hurried-push')
    .replace('mainThresholdM: 0.05', 'mainThresholdM: 0.5')
    .replace('thresholdsM: [0.03, 0.05, 0.07]', 'thresholdsM: [0.5]')
    .replace('episodeS: 8', 'episodeS: 1')
}

function deploy(...options: string[]): Promise<Program> {
  return run(
    ...['deploy', file('policy.onnx'), '--port', twin.port, '--calibration', file('arm.yaml')],
    ...['--sensor', `object=rosbridge://${camera.address}/object/pose`],
    ...['--goal', GOAL_M.join(','), '--episodes', '2', '--json', ...options],
  )
}

describe('a policy of one’s own task on an arm', () => {
  it('is not deployed as long as nobody says what its task is', async () => {
    const why = /task hurried-push is not a shipped one\. Hint: name its YAML with --task/
    await expectFailure(await deploy(), 2, 'CONFIG_UNKNOWN_NAME', why)
  })

  it('is judged by the threshold and the time of the task that --task names', async () => {
    const program = await deploy('--task', file('hurried-push.yaml'))
    expect(await program.ended, program.stderr).toBe(0)
    const episodes = program.events.filter(({ type }) => type === 'episode')
    expect(episodes).toHaveLength(2)
    const distanceM = Math.hypot(OBJECT_M[0] - GOAL_M[0], OBJECT_M[1] - GOAL_M[1])
    for (const { isSuccess, finalDistanceM, durationS } of episodes) {
      expect(isSuccess).toBe(true)
      expect(finalDistanceM).toBeCloseTo(distanceM, 6)
      // A second, or the next step after it on a machine that is busy; the shipped task takes eight.
      expect(durationS).toBeGreaterThan(0.999)
      expect(durationS).toBeLessThan(7)
    }
    expect(program.events.at(-1)).toMatchObject({ type: 'result', success: 1, end: 'episodes' })
  })
})
