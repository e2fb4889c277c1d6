import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { FirstOrderPlant } from '../robot/bus/first-order-plant.ts'
import { koch } from '../robot/bus/twin-arm.ts'

/** A Python with dynamixel-sdk and pyserial: SIM2ARM_PYTHON, or python3. */
const { SIM2ARM_PYTHON: python = 'python3' } = process.env
const hasSdk = spawnSync(python, ['-c', 'import dynamixel_sdk, serial']).status === 0
const reason = `needs a Python with the vendor SDK: ${python} -m pip install dynamixel-sdk==4.1.0 pyserial`

describe('the Dynamixel SDK (Python) on the emulated serial device of a Koch', () => {
  it.skipIf(!hasSdk)(
    `pings, reads and writes one by one, in sync, in bulk and fast${hasSdk ? '' : ` (skipped: ${reason})`}`,
    async () => {
      const clock = new RealClock()
      const plant = new FirstOrderPlant(6, clock.now())
      plant.supplyV.set([12, 12, 5, 5, 5, 5])
      const twin = new TwinDevice({
        ...twinServosOf(koch),
        plant,
        clock,
        random: new RandomStream(1),
        onError: (error) => {
          throw error
        },
      })
      twin.plug()
      try {
        const script = join(import.meta.dirname, 'dynamixel-sdk.py')
        const { stdout } = await promisify(execFile)(python, [script, twin.path])
        const { positions, fastPositions, ...heard } = JSON.parse(stdout)
        expect(heard).toEqual({
          broadcast: [1, 2, 3, 4, 5, 6],
          models: [1060, 1060, 1200, 1200, 1200, 1200],
          absentIsSilent: true,
          voltages: [120, 120, 50, 50, 50, 50],
          lockedUnderTorque: true,
          syncRead: true,
          fastSyncRead: true,
          bulkRead: true,
          bulkValues: [1, 300],
          registered: 1,
          led: 1,
          reboot: true,
          torqueAfterReboot: 0,
          wrongBaudIsSilent: true,
        })
        expect(fastPositions).toEqual(positions)
        positions.forEach((position: number, index: number) => {
          expect(Math.abs(position - (2047 + 10 * (index + 1)))).toBeLessThanOrEqual(2)
        })
      } finally {
        twin.close()
      }
    },
  )
})
