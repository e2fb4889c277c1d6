import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import type { EmulatedServo } from '../../../robot/bus/twin/emulated-servo.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { parseCalibration } from '../../../robot/calibration/parse-calibration.ts'
import { createTwinArm, koch, type TwinArm } from './twin-arm.ts'

const register = ({ registers }: EmulatedServo, name: string) => registers.table.find(name)
const get = (servo: EmulatedServo, name: string): number =>
  servo.registers.get(register(servo, name))
const set = (servo: EmulatedServo, name: string, value: number): void =>
  servo.registers.set(register(servo, name), value)

/** A Koch whose servos differ from new ones by these registers. */
const createKoch = (values: Record<string, number> = {}, calibration = nominalCalibration(koch)) =>
  createTwinArm(twinServosOf(koch, { registers: values }), { arm: koch, calibration })

const open = (arm: TwinArm): Promise<void> => arm.clock.run(() => arm.driver.open())

/** As LeRobot writes a Koch's calibration: position at home, offset, range, drive mode. */
const lerobot = (motor: Record<string, number>) =>
  parseCalibration(
    Object.fromEntries(
      koch.joints.map(({ name }, index) => [
        name,
        {
          id: index + 1,
          drive_mode: 0,
          homing_offset: 0,
          range_min: 700,
          range_max: 3400,
          ...motor,
        },
      ]),
    ),
    koch,
    'koch_follower.json',
  )

describe('the driver of Dynamixel servos', () => {
  it('gives each joint of a Koch the mode and gains that LeRobot does', async () => {
    const arm = await createKoch()
    await open(arm)
    const { servos } = arm.bus
    expect(servos.map((servo) => get(servo, 'Operating_Mode'))).toEqual([4, 4, 4, 4, 4, 5])
    const elbow = ['Position_P_Gain', 'Position_I_Gain', 'Position_D_Gain'].map((name) =>
      get(servos[2]!, name),
    )
    expect(elbow).toEqual([1500, 0, 600])
    expect(servos.every((servo) => get(servo, 'Return_Delay_Time') === 0)).toBe(true)
  })

  it('writes the calibrated range into servos in position mode, which mind it', async () => {
    const joints = koch.joints.map((joint) => ({
      ...joint,
      servo: { ...joint.servo!, registers: { OPERATING_MODE: 3 } },
    }))
    const inPositionMode = { ...koch, joints }
    const calibration = lerobot({})
    const arm = await createTwinArm({}, { arm: inPositionMode, calibration })
    set(arm.bus.servos[1]!, 'Min_Position_Limit', 900)
    await open(arm)
    const limitsOf = (servo: EmulatedServo) =>
      ['Min_Position_Limit', 'Max_Position_Limit'].map((name) => get(servo, name))
    expect(limitsOf(arm.bus.servos[0]!)).toEqual([700, 3400])
    expect(limitsOf(arm.bus.servos[1]!)).toEqual([900, 3400])
  })

  it('gets torque in position mode, too, where a joint is pressed a little beyond its end', async () => {
    const joints = koch.joints.map((joint) => ({
      ...joint,
      servo: { ...joint.servo!, registers: { ...joint.servo!.registers, OPERATING_MODE: 3 } },
    }))
    const inPositionMode = { ...koch, joints }
    const calibration = nominalCalibration(inPositionMode)
    const arm = await createTwinArm(twinServosOf(inPositionMode), {
      arm: inPositionMode,
      calibration,
    })
    arm.plant.positionRad[1] = joints[1]!.limits.upper + 0.02
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
  })

  it('hears servos that were told to keep quiet', async () => {
    const arm = await createKoch()
    for (const servo of arm.bus.servos) set(servo, 'Status_Return_Level', 0)
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
  })

  it('refuses to change a locked register of a servo that holds torque', async () => {
    const arm = await createKoch()
    set(arm.bus.servos[3]!, 'Torque_Enable', 1)
    await expect(open(arm)).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
      message: 'servo 4 (wrist_flex) holds torque and does not take Return_Delay_Time 0',
    })
  })

  it('takes over an arm that holds torque when nothing has to be changed', async () => {
    const arm = await createKoch()
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    await arm.clock.run(() => arm.driver.close())
    await open(arm)
    expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
  })

  it('clears a tripped watchdog, which would refuse every goal', async () => {
    const arm = await createKoch()
    set(arm.bus.servos[0]!, 'Bus_Watchdog', 255)
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    expect(get(arm.bus.servos[0]!, 'Bus_Watchdog')).toBe(0)
  })

  it('reads the angles that LeRobot’s file means, offset included', async () => {
    const arm = await createKoch({ Homing_Offset: 300 }, lerobot({ homing_offset: 300 }))
    // Present = actual + 300, and 2047 is the zero.
    arm.plant.positionRad.fill(0.25)
    await open(arm)
    const reading = createReading(6)
    await arm.clock.run(() => arm.driver.read(reading))
    const offsetRad = (300 * 2 * Math.PI) / 4096
    for (const position of reading.positionRad) expect(position).toBeCloseTo(0.25 + offsetRad, 2)
  })

  it('follows a servo that runs the other way, as the file says', async () => {
    const arm = await createKoch({ Drive_Mode: 1 }, lerobot({ drive_mode: 1 }))
    await open(arm)
    const reading = createReading(6)
    const at = async (angle: number): Promise<number> => {
      arm.plant.positionRad.fill(angle)
      await arm.clock.run(() => arm.driver.read(reading))
      return reading.positionRad[0]!
    }
    const begin = await at(0)
    expect((await at(0.3)) - begin).toBeCloseTo(0.3, 2)
  })

  it('refuses a servo that runs the other way than when it was calibrated', async () => {
    const arm = await createKoch({ Drive_Mode: 1 }, lerobot({}))
    await expect(open(arm)).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
      message: 'servo 1 (shoulder_pan) has 1 in Drive_Mode, wanted 0',
      hint: expect.stringContaining('calibrat'),
    })
  })

  it('takes off whole turns that a servo counts since it lost its power', async () => {
    // Homed near the end of the encoder's turn: past it, a restarted servo begins at the other end.
    const registers = { Operating_Mode: 4, Homing_Offset: -1900 }
    const { servos, protocol } = twinServosOf(koch, { registers })
    const arm = await createTwinArm(
      { protocol, servos: servos.map((servo) => ({ ...servo, encoderZeroTicks: 3947 })) },
      { arm: koch, calibration: lerobot({ homing_offset: -1900 }) },
    )
    arm.plant.positionRad.fill(0.5)
    arm.bus.advance()
    arm.bus.powerCycle()
    arm.bus.advance()
    expect(get(arm.bus.servos[0]!, 'Present_Position')).toBe(2047 + 326 - 4096)
    await open(arm)
    const reading = createReading(6)
    await arm.clock.run(() => arm.driver.read(reading))
    expect(reading.positionRad[0]).toBeCloseTo(0.5, 2)
    await arm.clock.run(() => arm.driver.enable())
    await arm.clock.run(() => arm.driver.write(new Float64Array(6).fill(0.6)))
    await arm.clock.advanceTo(arm.clock.now() + 2)
    arm.bus.advance()
    expect(arm.plant.positionRad[0]).toBeCloseTo(0.6, 2)
  })

  it('says what a hardware error is, from the register that tells', async () => {
    const arm = await createKoch()
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    arm.plant.supplyV[5] = 3
    const reading = createReading(6)
    const readOn = async () => {
      for (let cycle = 0; cycle < 40; cycle++) {
        await arm.driver.read(reading)
        await arm.clock.sleepUntil(arm.clock.now() + 0.01)
      }
    }
    await expect(arm.clock.run(readOn)).rejects.toMatchObject({
      code: 'ROBOT_SERVO_FAULT',
      message: 'servo 6 (gripper) reports supply voltage outside its limits',
    })
  })

  it('says what a servo refuses', async () => {
    const arm = await createKoch({ Shutdown: 0 })
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    set(arm.bus.servos[1]!, 'Bus_Watchdog', 255)
    await expect(arm.clock.run(() => arm.driver.enable())).rejects.toMatchObject({
      code: 'ROBOT_SERVO_FAULT',
      message: 'servo 2 (shoulder_lift) reports a value out of range',
    })
  })

  it('still hears those after a dead servo in the chain', async () => {
    const arm = await createKoch()
    await open(arm)
    const reading = createReading(6)
    await arm.clock.run(() => arm.driver.read(reading))
    arm.bus.faults.deadIds.add(2)
    await arm.clock.run(() => arm.driver.read(reading))
    expect([...reading.ageS].map((age) => age > 0)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it('limits torque by the duty, and gives it back at the next enabling', async () => {
    const arm = await createKoch()
    await open(arm)
    await arm.clock.run(() => arm.driver.enable())
    const limits = () => arm.bus.servos.map((servo) => get(servo, 'Goal_PWM'))
    // 885 counts are all of it.
    expect(limits()).toEqual(Array(6).fill(885))
    await arm.clock.run(() => arm.driver.limitTorque(Float64Array.of(0.2, 0.4, 1, 1, 1, 0)))
    expect(limits()).toEqual([177, 354, 885, 885, 885, 0])
    await arm.clock.run(() => arm.driver.enable())
    expect(limits()).toEqual(Array(6).fill(885))
  })
})
