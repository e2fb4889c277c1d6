import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { FirstOrderPlant } from '../robot/bus/first-order-plant.ts'
import { so101 } from '../robot/bus/twin-arm.ts'

/** A Python with feetech-servo-sdk and pyserial: SIM2ARM_PYTHON, or python3. */
const { SIM2ARM_PYTHON: python = 'python3' } = process.env
const hasSdk = spawnSync(python, ['-c', 'import scservo_sdk, serial']).status === 0
const reason = `needs a Python with the vendor SDK: ${python} -m pip install feetech-servo-sdk pyserial`

describe('the vendor SDK (Python) on the emulated serial device', () => {
  it.skipIf(!hasSdk)(
    `pings, reads, writes in sync and reads back${hasSdk ? '' : ` (skipped: ${reason})`}`,
    async () => {
      const clock = new RealClock()
      const twin = new TwinDevice({
        ...twinServosOf(so101),
        plant: new FirstOrderPlant(6, clock.now()),
        clock,
        random: new RandomStream(1),
        onError: (error) => {
          throw error
        },
      })
      twin.plug()
      try {
        const script = join(import.meta.dirname, 'feetech-sdk.py')
        const { stdout } = await promisify(execFile)(python, [script, twin.path])
        const heard = JSON.parse(stdout)
        expect(heard).toMatchObject({
          models: [777, 777, 777, 777, 777, 777],
          absentIsSilent: true,
          voltage: 74,
          syncRead: true,
          wrongBaudIsSilent: true,
        })
        heard.positions.forEach((position: number, index: number) => {
          expect(Math.abs(position - (2047 + 10 * (index + 1)))).toBeLessThanOrEqual(2)
        })
      } finally {
        twin.close()
      }
    },
  )
})
