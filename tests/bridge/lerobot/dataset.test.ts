import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FILES, ORIGIN_FILE } from '../../../bridge/lerobot/dataset-layout.ts'
import { encodeDataset } from '../../../bridge/lerobot/encode-dataset.ts'
import type { Episode } from '../../../bridge/lerobot/episode.ts'
import { episodesOfDataset, trackOfEpisode } from '../../../bridge/lerobot/episodes-of-dataset.ts'
import { featureStats } from '../../../bridge/lerobot/feature-stats.ts'
import { createMotorUnits } from '../../../bridge/lerobot/motor-units.ts'
import { readDataset } from '../../../bridge/lerobot/read-dataset.node.ts'
import { writeDataset } from '../../../bridge/lerobot/write-dataset.node.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const arm = loadArmDescription('so101')
const JOINTS = ['shoulder_pan', 'gripper']
const units = createMotorUnits(arm, nominalCalibration(arm), JOINTS)
const facts = { fps: 25, robotType: 'so_follower', units }
const SEEN = Float64Array.of(0.2, 0.1, 0.02, 0, 0.3, 0, 0.02)

const episode = (task: string, length: number): Episode => ({
  ...{ task, joints: JOINTS, isSuccess: true },
  state: Array.from({ length }, (_, k) => Float64Array.of(k / 100, 0.5)),
  action: Array.from({ length }, (_, k) => Float64Array.of((k + 1) / 100, 0.4)),
  surroundings: Array.from({ length }, () => SEEN),
})

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sim2arm-dataset-'))
  folder = join(root, 'push')
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (...episodes: Episode[]) => writeDataset(folder, encodeDataset(episodes, facts))

describe('a LeRobotDataset', () => {
  it('is read back as the episodes that were written', async () => {
    write(episode('push', 3), episode('push', 2), episode('lift', 4))
    const dataset = await readDataset(folder)
    expect(dataset).toMatchObject({ fps: 25, robotType: 'so_follower', joints: JOINTS })
    const episodes = episodesOfDataset(dataset, units)
    expect(episodes.map(({ task, state }) => [task, state.length])).toEqual([
      ['push', 3],
      ['push', 2],
      ['lift', 4],
    ])
    // Float32 in degrees.
    expect(episodes[2]!.state[3]![0]).toBeCloseTo(0.03, 6)
    expect(episodes[2]!.action[3]![1]).toBeCloseTo(0.4, 6)
    expect(episodes[2]!.surroundings[3]).toEqual(SEEN.map(Math.fround))
  })

  it('tells whether an episode succeeded, where all of them were judged', async () => {
    write(episode('push', 3), { ...episode('push', 2), isSuccess: false })
    const dataset = await readDataset(folder)
    expect(dataset.frames.map(({ isSuccess }) => isSuccess)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ])
    const judged = episodesOfDataset(dataset, units)
    expect(judged.map(({ isSuccess }) => isSuccess)).toEqual([true, false])
    rmSync(folder, { recursive: true })
    write(episode('push', 3), { ...episode('push', 2), isSuccess: null })
    const [first] = episodesOfDataset(await readDataset(folder), units)
    expect(first!.isSuccess).toBeNull()
  })

  it('is a log of the arm, frame by frame', async () => {
    write(episode('push', 3))
    const [own] = episodesOfDataset(await readDataset(folder), units)
    const track = trackOfEpisode(own!, 25)
    expect(track.jointNames).toEqual(JOINTS)
    expect(track.timeS).toEqual(Float64Array.of(0, 0.04, 0.08))
    expect(track.command[1]![0]).toBeCloseTo(0.02, 6)
    expect(track.measured[1]![0]).toBeCloseTo(0.01, 6)
  })

  it('leaves out what was not seen all the time', async () => {
    write({ ...episode('push', 2), surroundings: [SEEN, SEEN.map(() => Number.NaN)] })
    const { frames } = await readDataset(folder)
    expect(frames.map(({ surroundings }) => surroundings)).toEqual([null, null])
  })

  it('never writes over a folder, and leaves nothing half written behind', () => {
    write(episode('push', 2))
    expect(() => write(episode('push', 2))).toThrow(/cannot write a dataset to .*: it is not empty/)
    writeFileSync(join(root, 'file'), '')
    expect(() => writeDataset(join(root, 'file', 'push'), new Map())).toThrow(
      /BRIDGE_DISK|cannot write/,
    )
    expect(readdirSync(root).sort()).toEqual(['file', 'push'])
  })

  it.each([
    ['there is no info.json', 'meta/info.json', undefined, /info\.json: ENOENT/],
    [
      'info.json is of another version',
      FILES.info,
      '{"codebase_version":"v2.1"}',
      /codebase_version/,
    ],
    ['what we said besides is broken', ORIGIN_FILE, '{"version":1}', /sim2arm\.json: arm/],
    ['the table is no Parquet', FILES.data, 'not a table', /file-000\.parquet/],
    ['the table is cut short', FILES.data, 'PAR1', /file-000\.parquet/],
  ])('is refused when %s', async (_what, file, content, reason) => {
    write(episode('push', 2))
    if (content === undefined) rmSync(join(folder, file))
    else writeFileSync(join(folder, file), content)
    const failing = readDataset(folder)
    await expect(failing).rejects.toMatchObject({ code: 'BRIDGE_DATASET_INVALID' })
    await expect(failing).rejects.toThrow(reason)
  })

  it('is refused when a part of its data is missing', async () => {
    write(episode('push', 2))
    rmSync(join(folder, 'data'), { recursive: true })
    mkdirSync(join(folder, 'data'))
    await expect(readDataset(folder)).rejects.toThrow(/counts 2 frames, data has 0/)
  })
})

describe('statistics of a feature', () => {
  it('are those of its numbers', () => {
    // 1, 2, 3, 10: mean 4, squares of the differences 9, 4, 1, 36; the median between 2 and 3.
    const stats = featureStats([[10], [1], [3], [2]])
    expect(stats).toMatchObject({ min: [1], max: [10], mean: [4], count: [4], q50: [2.5] })
    expect(stats.std[0]).toBeCloseTo(Math.sqrt(50 / 4), 12)
    // A tenth of the way from the first to the last sample: 0.3 of the way from 1 to 2.
    expect(stats.q10[0]).toBeCloseTo(1.3, 12)
  })

  it('are taken dimension by dimension', () => {
    const { max, min } = featureStats([
      [1, -1],
      [2, -2],
    ])
    expect([min, max]).toEqual([
      [1, -2],
      [2, -1],
    ])
  })
})
