import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { episodesOfDataset } from '../../../bridge/lerobot/episodes-of-dataset.ts'
import { exportRecordings } from '../../../bridge/lerobot/export-recordings.node.ts'
import { UNITS } from '../../../bridge/lerobot/motor-units.ts'
import { readDataset } from '../../../bridge/lerobot/read-dataset.node.ts'
import { unitsOfDataset } from '../../../bridge/lerobot/units-of-dataset.node.ts'
import { encodeRecording } from '../../../bridge/recording/encode-recording.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { restingScene } from '../../../bridge/viewer/resting-scene.ts'
import { type ArmCalibration, nominalCalibration } from '../../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const usual = { fps: undefined, units: undefined, instruction: undefined }
const unsaid = { calibration: undefined, units: undefined }

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sim2arm-export-'))
  folder = join(root, 'dataset')
})
afterEach(() => rmSync(root, { recursive: true }))

/** A second of an arm whose joints all go from 0 to 0.1 rad. */
async function record(arm: ArmDescription, calibration: ArmCalibration | null): Promise<string> {
  const name = arm.joints.map((joint) => joint.name)
  const messages = Array.from({ length: 100 }, (_, k): RecordedMessage[] => {
    const epochS = 1_700_000_000 + k / 100
    const header = { stamp: { sec: 0, nanosec: 0 }, frame_id: '' }
    const position = new Float64Array(name.length).fill(k / 1000)
    const message = { header, name, position, velocity: [], effort: [] }
    return [
      { topic: '/joint_states', epochS, message },
      { topic: '/joint_commands', epochS, message },
    ]
  })
  const bytes = await encodeRecording('test', messages.flat(), {
    scene: JSON.stringify(restingScene(arm)),
    calibration: JSON.stringify(calibration),
  })
  const file = join(root, `${arm.name}.mcap`)
  writeFileSync(file, bytes)
  return file
}

/** Joints of the last frame [rad], as they are read without a word about them. */
async function lastJoints(arm: ArmDescription): Promise<Float64Array> {
  const dataset = await readDataset(folder)
  return episodesOfDataset(dataset, unitsOfDataset(dataset, arm, unsaid))[0]!.state.at(-1)!
}

describe('a dataset of ours', () => {
  const so101 = loadArmDescription('so101')
  // No zero where the nominal one is: a sixteenth of a turn away.
  const nominal = nominalCalibration(so101)
  const joints = nominal.joints.map((joint) => ({ ...joint, zeroTicks: joint.zeroTicks + 256 }))
  const calibration = { ...nominal, joints }

  it.each(UNITS)('in %s is read back as it was written, without a word about it', async (units) => {
    exportRecordings([await record(so101, calibration)], folder, { ...usual, units })
    for (const angle of await lastJoints(so101)) expect(angle).toBeCloseTo(0.096, 2)
  })

  it('is read otherwise where somebody says so', async () => {
    exportRecordings([await record(so101, calibration)], folder, { ...usual, units: 'radians' })
    const dataset = await readDataset(folder)
    const units = unitsOfDataset(dataset, so101, { ...unsaid, units: 'range' })
    expect(units.units).toBe('range')
  })

  it('is of no arm but its own, known to LeRobot or not', async () => {
    exportRecordings([await record({ ...so101, name: 'own' }, calibration)], folder, usual)
    const dataset = await readDataset(folder)
    expect(dataset.robotType).toBe('so_follower')
    expect(() => unitsOfDataset(dataset, so101, unsaid)).toThrow(/is of the arm own/)
  })
})

describe('a recording of an arm whose own controllers know its zeros', () => {
  it('becomes a dataset of joint angles, where the arm has no servo bus', async () => {
    const panda = loadArmDescription('panda')
    const report = exportRecordings([await record(panda, null)], folder, usual)
    expect(report).toMatchObject({ arm: 'panda', units: 'radians', episodes: 1 })
    for (const angle of await lastJoints(panda)) expect(angle).toBeCloseTo(0.096, 2)
  })

  it('is not counted in the ticks of a servo bus', async () => {
    const file = await record(loadArmDescription('so101'), null)
    expect(() => exportRecordings([file], folder, usual)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_RECORDING_INVALID' }),
    )
    const report = exportRecordings([file], folder, { ...usual, units: 'radians' })
    expect(report).toMatchObject({ arm: 'so101', units: 'radians' })
  })
})
