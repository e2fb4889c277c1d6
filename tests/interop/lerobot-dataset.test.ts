import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeDataset } from '../../bridge/lerobot/encode-dataset.ts'
import type { Episode } from '../../bridge/lerobot/episode.ts'
import { episodesOfDataset } from '../../bridge/lerobot/episodes-of-dataset.ts'
import { createMotorUnits } from '../../bridge/lerobot/motor-units.ts'
import { readDataset } from '../../bridge/lerobot/read-dataset.node.ts'
import { writeDataset } from '../../bridge/lerobot/write-dataset.node.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'

/** A Python with pandas and pyarrow: SIM2ARM_PYTHON, or python3. */
const { SIM2ARM_PYTHON: python = 'python3' } = process.env
const hasPandas = spawnSync(python, ['-c', 'import pandas, pyarrow']).status === 0
const whyNoPandas = hasPandas ? '' : ` (skipped: needs ${python} -m pip install pandas pyarrow)`

/** A Python with LeRobot; it takes a quarter of a minute to start. */
const { SIM2ARM_LEROBOT_PYTHON: lerobot = '.venv-lerobot/bin/python', SIM2ARM_FULL } = process.env
const hasLerobot = SIM2ARM_FULL !== undefined && existsSync(lerobot)
const missing = SIM2ARM_FULL === undefined ? 'full tier' : `needs LeRobot in ${lerobot}`
const whyNoLerobot = hasLerobot ? '' : ` (skipped: ${missing})`

const arm = loadArmDescription('so101')
const JOINTS = ['shoulder_pan', 'gripper']
const units = createMotorUnits(arm, nominalCalibration(arm), JOINTS)
const SEEN = Float64Array.of(0.2, 0.1, 0.02, 0, 0.3, 0, 0.02)

/** Degrees of pan: 0, 1, 2, …; commands a degree ahead. */
const episode = (task: string, length: number): Episode => {
  const row = (pan: number) => units.toRadians([pan, 50])
  return {
    ...{ task, joints: JOINTS, isSuccess: true },
    state: Array.from({ length }, (_, k) => row(k)),
    action: Array.from({ length }, (_, k) => row(k + 1)),
    surroundings: Array.from({ length }, () => SEEN),
  }
}

let root: string
let folder: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sim2arm-dataset-'))
  folder = join(root, 'push')
  const episodes = [episode('push', 5), episode('lift', 4)]
  writeDataset(folder, encodeDataset(episodes, { fps: 25, robotType: 'so_follower', units }))
})
afterAll(() => rmSync(root, { recursive: true }))

async function ask(program: string, script: string, path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [join(import.meta.dirname, script), path], {
    env: { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: join(root, 'hf') },
  })
  return stdout.trim().split('\n').at(-1)!
}

describe('a dataset of ours', () => {
  it.skipIf(!hasPandas)(`is what pandas and pyarrow expect of one${whyNoPandas}`, async () => {
    const seen = JSON.parse(await ask(python, 'dataset-tables.py', folder))
    expect(seen).toMatchObject({
      tasks: { push: 0, lift: 1 },
      taskIndex: 'task',
      rowGroups: [5, 4],
      spans: [
        [0, 5, 5],
        [5, 9, 4],
      ],
      count: [5],
      index: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    })
    expect(seen.types).toMatchObject({
      action: 'list<element: float>',
      'observation.state': 'list<element: float>',
      timestamp: 'float',
      episode_index: 'int64',
      'next.success': 'bool',
    })
    expect(seen.features).toEqual(Object.keys(seen.types).sort())
    // Mean of 0…4 degrees; the last command of the second episode.
    expect(seen.meanOfState[0]).toBeCloseTo(2, 5)
    expect(seen.lastAction[0]).toBeCloseTo(4, 5)
    expect(seen.lastAction[1]).toBeCloseTo(50, 4)
    expect(seen.timestamps[5]).toBe(0)
    expect(seen.timestamps[8]).toBeCloseTo(3 / 25, 7)
  })

  it.skipIf(!hasLerobot)(`is loaded by LeRobot as its own${whyNoLerobot}`, async () => {
    const seen = JSON.parse(await ask(lerobot, 'lerobot-dataset.py', folder))
    expect(seen).toMatchObject({
      version: 'v3.0',
      robotType: 'so_follower',
      fps: 25,
      episodes: 2,
      frames: 9,
      names: ['shoulder_pan.pos', 'gripper.pos'],
      task: 'lift',
      success: true,
      windowState: [2, 2],
      isPadded: [false, true],
      lengths: [5, 4],
    })
    expect(seen.action[0]).toBeCloseTo(4, 5)
    expect(seen.lastStateOfWindow).toEqual(seen.state)
    // Its quantiles come from histograms.
    expect(seen.statsDifference).toBeLessThan(0.01)
  })
})

describe('a dataset of LeRobot', () => {
  it.skipIf(!hasLerobot)(`is read as episodes in joint angles${whyNoLerobot}`, async () => {
    const recorded = join(root, 'recorded')
    await ask(lerobot, 'lerobot-recorded.py', recorded)
    const dataset = await readDataset(recorded)
    expect(dataset).toMatchObject({ fps: 30, robotType: 'so_follower', joints: JOINTS })
    const episodes = episodesOfDataset(dataset, units)
    expect(episodes.map(({ state, task }) => [task, state.length])).toEqual([
      ['push', 4],
      ['lift', 3],
    ])
    expect(units.toRow(episodes[1]!.state[2]!)[0]).toBeCloseTo(2, 5)
    expect(units.toRow(episodes[1]!.action[2]!)[1]).toBeCloseTo(25, 5)
  })
})
