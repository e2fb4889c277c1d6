import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { ServoBusDriver } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { ServoClient } from '../../../robot/bus/drivers/servo-client.ts'
import { SERVO_PROTOCOLS } from '../../../robot/bus/protocols/index.ts'
import { type CalibrationDialog, calibrateArm } from '../../../robot/calibration/calibrate-arm.ts'
import { parseCalibration } from '../../../robot/calibration/parse-calibration.ts'
import { createTwinArm, koch, so101 } from '../bus/twin-arm.ts'

const STEP_RAD = (2 * Math.PI) / 4096
/** How far the arm's own zeros are from its encoders' [rad]. */
const ZERO_RAD = 0.2

describe.each([so101, koch])('calibrating $name by hand', (arm) => {
  async function calibrate(sweepRad: number) {
    const twin = await createTwinArm({}, { arm })
    const { bus, clock, plant, transport } = twin
    const protocol = SERVO_PROTOCOLS[arm.bus!.protocol]
    const client = new ServoClient({ protocol, transport, clock, baudBps: arm.bus!.baudBps })
    const asked: string[] = []
    const dialog: CalibrationDialog = {
      async confirm(request) {
        asked.push(request)
        plant.positionRad.fill(ZERO_RAD)
      },
      async watch(request, look) {
        asked.push(request)
        for (const share of [-1, -0.5, 0, 0.5, 1, 0]) {
          plant.positionRad.fill(ZERO_RAD + share * sweepRad)
          await look()
        }
      },
    }
    await clock.run(() => client.open())
    const made = clock.run(() => calibrateArm(client, arm, dialog, '2025-01-31T12:00:00Z'))
    return { asked, bus, client, clock, made, plant, transport }
  }

  it('makes a file, ours and LeRobot’s, with which a driver reads joint angles', async () => {
    const { asked, bus, client, clock, made, plant, transport } = await calibrate(0.8)
    const { lerobot, ours } = await made
    expect(asked).toHaveLength(3)
    await clock.run(() => client.close())
    bus.powerCycle()
    for (const content of [ours, lerobot]) {
      const calibration = parseCalibration(content, arm, 'test')
      const driver = new ServoBusDriver({ arm, calibration, transport, clock })
      await clock.run(() => driver.open())
      plant.positionRad.fill(ZERO_RAD + 0.5)
      const reading = createReading(calibration.joints.length)
      await clock.run(() => driver.read(reading))
      for (const angle of reading.positionRad) expect(angle).toBeCloseTo(0.5, 2)
      for (const { minTicks, maxTicks } of calibration.joints) {
        expect(Math.abs(minTicks - (2047 - 0.8 / STEP_RAD))).toBeLessThanOrEqual(2)
        expect(Math.abs(maxTicks - (2047 + 0.8 / STEP_RAD))).toBeLessThanOrEqual(2)
      }
      await clock.run(() => driver.close())
    }
  })

  it('refuses a joint that was not swept, naming it', async () => {
    const { made } = await calibrate(0.1)
    await expect(made).rejects.toMatchObject({
      code: 'ROBOT_CALIBRATION_INVALID',
      message: expect.stringMatching(/shoulder_pan was swept by/) as string,
    })
  })
})
