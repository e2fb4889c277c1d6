import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { ServoBusDriver } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { ServoClient } from '../../../robot/bus/drivers/servo-client.ts'
import { SERVO_PROTOCOLS } from '../../../robot/bus/protocols/index.ts'
import { type CalibrationDialog, calibrateArm } from '../../../robot/calibration/calibrate-arm.ts'
import { parseCalibration } from '../../../robot/calibration/parse-calibration.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { createTwinArm, koch, so101 } from '../bus/twin-arm.ts'

const STEP_RAD = (2 * Math.PI) / 4096
/** How far the arm's own zeros are from its encoders' [rad]. */
const ZERO_RAD = 0.2

describe.each([so101, koch])('calibrating $name by hand', (arm) => {
  /** @param forgotten - servos that are left out of the first sweep, by their place */
  async function calibrate(sweepRad: number, forgotten: readonly number[] = []) {
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
          if (asked.length === 3) for (const each of forgotten) plant.positionRad[each] = ZERO_RAD
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

  it('keeps within the turn that position limits take a joint that turns farther', async () => {
    const { made } = await calibrate(3.3)
    const { ours } = await made
    for (const { minTicks, maxTicks } of Object.values(ours.joints)) {
      expect(minTicks).toBeGreaterThanOrEqual(0)
      expect(maxTicks).toBeLessThanOrEqual(4095)
      expect(maxTicks - minTicks).toBeGreaterThan(2000)
    }
  })

  it('says how the arm stands in its zero pose', async () => {
    const { asked, made } = await calibrate(0.8)
    await made
    expect(asked[1]).toBe(`Hold the arm in its zero pose: ${arm.zeroPose}`)
    // The elbow straight above the shoulder, wrist and tool as high as the elbow and ahead: by kinematics.
    const model = compileArm(arm)
    const kinematics = new ArmKinematics(model)
    kinematics.forward(new Float64Array(model.numJoints))
    const joint = (index: number) => kinematics.linkPosition.subarray(3 * index, 3 * index + 3)
    const [, shoulder, elbow, wrist, roll] = [0, 1, 2, 3, 4].map(joint)
    expect(elbow![2]! - shoulder![2]!).toBeGreaterThan(0.1)
    expect(Math.abs(elbow![0]! - shoulder![0]!)).toBeLessThan(0.03)
    expect(Math.abs(wrist![2]! - elbow![2]!)).toBeLessThan(0.01)
    expect(Math.abs(roll![2]! - wrist![2]!)).toBeLessThan(0.01)
    expect(roll![0]! - wrist![0]!).toBeGreaterThan(0.03)
  })

  it('asks again for joints that were forgotten, and for no others', async () => {
    const { asked, made } = await calibrate(0.8, [1, 4])
    const { ours } = await made
    expect(asked.slice(3)).toEqual(['Move shoulder_lift, wrist_roll too, from end to end'])
    for (const { minTicks, maxTicks } of Object.values(ours.joints)) {
      expect(maxTicks - minTicks).toBeGreaterThan(1000)
    }
  })

  it('refuses a joint that was not swept, naming it', async () => {
    const { asked, made } = await calibrate(0.1)
    await made.catch(() => {})
    expect(asked).toHaveLength(5)
    await expect(made).rejects.toMatchObject({
      code: 'ROBOT_CALIBRATION_INVALID',
      message: expect.stringMatching(/shoulder_pan was swept by/) as string,
    })
  })
})
