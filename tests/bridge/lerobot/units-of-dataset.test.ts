import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../bridge/lerobot/read-dataset.node.ts'
import { unitsOfDataset } from '../../../bridge/lerobot/units-of-dataset.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const [so101, koch] = ['so101', 'koch'].map(loadArmDescription) as [
  ReturnType<typeof loadArmDescription>,
  ReturnType<typeof loadArmDescription>,
]
const unsaid = { calibration: undefined, units: undefined }
const dataset = (robotType: string): Dataset => ({
  ...{ folder: 'ds', fps: 30, robotType, origin: null, joints: ['shoulder_pan'], frames: [] },
})

describe('a dataset of an arm', () => {
  it.each(['koch_follower', 'koch', 'panda'])('is refused by SO-101 when it is of a %s', (name) => {
    expect(() => unitsOfDataset(dataset(name), so101, unsaid)).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_DATASET_INVALID',
        hint: expect.stringContaining(`--arm ${name.replace('_follower', '')}`),
      }),
    )
  })

  it('is read by whatever name its arm goes, and by one that nobody here knows', () => {
    const names = ['so_follower', 'so101_follower', 'so101', 'so100_follower', 'so_leader', '']
    for (const name of names) {
      expect(unitsOfDataset(dataset(name), so101, unsaid).units).toBe('degrees')
    }
    expect(unitsOfDataset(dataset('koch_follower'), koch, unsaid).units).toBe('range')
    // Somebody's own arm, of which LeRobot knows no more than that it is such a follower.
    const own = { ...koch, name: 'own' }
    expect(unitsOfDataset(dataset('koch_follower'), own, unsaid).units).toBe('range')
  })
})
