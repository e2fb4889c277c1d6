import { describe, expect, it } from 'vitest'
import { encodeRegister } from '../../../../../robot/bus/protocols/register.ts'
import { createShaftState } from '../../../../../robot/bus/twin/emulated-servo.ts'
import { FeetechServo } from '../../../../../robot/bus/twin/feetech/feetech-servo.ts'
import { writeMemory } from '../../../../../robot/bus/twin/feetech/instructions.ts'
import { REG } from '../../../../../robot/bus/twin/feetech/registers.ts'
import { FirmwareLoop } from '../../../../../robot/bus/twin/firmware-loop.ts'
import { GoalProfile } from '../../../../../robot/bus/twin/goal-profile.ts'
import type { Plant } from '../../../../../robot/bus/twin/plant.ts'
import type { RegisterValues } from '../../../../../robot/bus/twin/register-memory.ts'

const RAD_PER_STEP = (2 * Math.PI) / 4096

/** A joint held by hand at a position, and what the firmware does about it. */
function holdAt(ticks: number, registers: RegisterValues = {}, sign: 1 | -1 = 1) {
  const servo = new FeetechServo({
    name: 'joint',
    id: 1,
    model: 'sts3215',
    sign,
    encoderZeroTicks: 0,
    registers,
  })
  const plant: Plant = {
    numServos: 1,
    advance: () => {},
    positionRad: Float64Array.of(sign * ticks * RAD_PER_STEP),
    velocityRadPerS: new Float64Array(1),
    currentA: new Float64Array(1),
    temperatureC: Float64Array.of(30),
    supplyV: Float64Array.of(7.4),
    blocked: new Set(),
    timeS: 0,
  }
  const firmware = new FirmwareLoop([servo])
  const duty = new Float64Array(1)
  let timeS = 0
  /** Duty after `durationS` with this goal and torque on. */
  const dutyFor = (goal: number, durationS = 2): number => {
    writeMemory(servo, REG.TORQUE.address, Uint8Array.of(1), 0)
    writeMemory(servo, REG.GOAL_POSITION.address, encodeRegister(REG.GOAL_POSITION, goal), 0)
    for (const endS = timeS + durationS; timeS < endS; timeS += 0.002) {
      firmware.dutyAt(timeS, plant, duty)
    }
    return duty[0]!
  }
  return { servo, plant, firmware, duty, dutyFor }
}

describe('the emulated position loop', () => {
  it('rests short of the goal with the load that a real servo shows', () => {
    // Logged from a real STS3215: goal 2047, at rest at 2042 with load 1056 = −32.
    const { servo, plant, firmware, dutyFor } = holdAt(2042)
    const duty = dutyFor(2047)
    expect(duty).toBeCloseTo(4 * RAD_PER_STEP * 32 * 0.166, 12)
    firmware.feedBack(plant)
    expect(servo.registers.bytes[60]! | (servo.registers.bytes[61]! << 8)).toBe(1056)
  })

  it('saturates at 97 % and at the torque limit', () => {
    expect(holdAt(2000).dutyFor(3000, 0.5)).toBeCloseTo(0.97, 9)
    const limited = holdAt(2000, { Max_Torque_Limit: 500 })
    expect(limited.dutyFor(1000, 0.5)).toBeCloseTo(-0.5, 9)
  })

  it('drives joints with a negative sign the other way', () => {
    const { dutyFor, firmware, plant, servo } = holdAt(2000, {}, -1)
    expect(dutyFor(2020)).toBeLessThan(0)
    firmware.feedBack(plant)
    // The load register counts positive while it pushes towards fewer ticks.
    expect(servo.registers.get(REG.LOAD)).toBeLessThan(0)
  })

  it('gives no duty with torque off', () => {
    const { servo, firmware, plant, duty } = holdAt(2000)
    servo.registers.set(REG.GOAL_POSITION, 3000)
    firmware.dutyAt(0, plant, duty)
    expect(duty[0]).toBeNaN()
  })

  it('moves from a new goal on, and has stopped where it rests, short of it or not', () => {
    const { servo, plant, firmware, dutyFor } = holdAt(2000)
    const isMoving = (): number => {
      firmware.feedBack(plant)
      return servo.registers.get(REG.MOVING)
    }
    dutyFor(2000, 0.1)
    expect(isMoving()).toBe(0)
    dutyFor(2004, 0.002)
    expect(isMoving()).toBe(1)
    dutyFor(2004, 1)
    expect(isMoving()).toBe(0)
  })

  it('holds where it is until it is given a goal, and forgets that goal with torque off', () => {
    const { servo, plant, firmware, duty, dutyFor } = holdAt(2000)
    const torque = (value: number): void => {
      writeMemory(servo, REG.TORQUE.address, Uint8Array.of(value), 0)
      firmware.dutyAt(0, plant, duty)
    }
    torque(1)
    expect(duty[0]).toBe(0)
    expect(servo.registers.get(REG.GOAL_POSITION)).toBe(2000)
    expect(dutyFor(2100)).toBeGreaterThan(0)
    torque(0)
    plant.positionRad[0] = 1500 * RAD_PER_STEP
    torque(1)
    expect(servo.registers.get(REG.GOAL_POSITION)).toBe(1500)
    // One that is written before torque counts.
    torque(0)
    writeMemory(servo, REG.GOAL_POSITION.address, Uint8Array.of(0x00, 0x08), 0)
    torque(1)
    expect(servo.registers.get(REG.GOAL_POSITION)).toBe(2048)
  })

  it('brakes the joint, and drives it nowhere, at 2 in the torque register', () => {
    const { servo, firmware, plant, duty } = holdAt(2000)
    writeMemory(servo, REG.GOAL_POSITION.address, Uint8Array.of(0, 8), 0)
    writeMemory(servo, REG.TORQUE.address, Uint8Array.of(2), 0)
    firmware.dutyAt(0, plant, duty)
    // No duty is a motor with its ends connected; NaN is one that turns freely.
    expect(duty[0]).toBe(0)
  })

  it('keeps the goal inside the position limits', () => {
    const { dutyFor } = holdAt(2000, { Max_Position_Limit: 2010 })
    expect(dutyFor(3000)).toBeCloseTo(9 * RAD_PER_STEP * 32 * 0.166, 12)
  })

  it('turns the torque down after an overload of 2 s, until it is asked to turn back', () => {
    const { dutyFor, servo } = holdAt(2000)
    expect(dutyFor(3000, 1.9)).toBeCloseTo(0.97, 9)
    expect(dutyFor(3000, 0.3)).toBeCloseTo(0.2, 9)
    expect(servo.registers.get(REG.STATUS)).toBe(0x20)
    expect(dutyFor(1900, 1)).toBeLessThan(-0.2)
    expect(servo.registers.get(REG.STATUS)).toBe(0)
  })

  it('lets go when too hot and only reports a low supply', () => {
    const { dutyFor, plant, servo } = holdAt(2000)
    plant.supplyV[0] = 3.9
    expect(dutyFor(2050, 0.1)).toBeGreaterThan(0)
    expect(servo.registers.get(REG.STATUS)).toBe(0x01)
    plant.temperatureC[0] = 71
    expect(dutyFor(2050, 0.1)).toBeNaN()
    expect(servo.registers.get(REG.STATUS)).toBe(0x05)
  })

  it('reports speed in multiples of 50 steps per second', () => {
    const { servo } = holdAt(2000)
    const shaft = createShaftState()
    shaft.velocityRadPerS = -133 * RAD_PER_STEP
    servo.feedBack(shaft, 0)
    expect(servo.registers.get(REG.VELOCITY)).toBe(-150)
    expect(servo.registers.get(REG.MOVING)).toBe(1)
  })
})

describe('the slewed goal', () => {
  const run = (acceleration: number, maxSpeed: number, durationS: number): number => {
    const profile = new GoalProfile()
    profile.restart(0)
    let position = 0
    for (let step = 0; step < durationS * 1000; step++) {
      position = profile.advance({ goal: 4000, maxSpeed, acceleration, stepS: 0.001 })
    }
    return position
  }

  it('follows half the acceleration times time squared at first', () => {
    // 5000 step/s²: after 0.2 s at 1000 step/s, 100 steps on.
    expect(run(5000, 3400, 0.2)).toBeCloseTo(100, -1)
  })

  it('keeps to its speed', () => {
    expect(run(25_400, 500, 1)).toBeCloseTo(500, -1.3)
    // 3400 step/s less the 0.13 s of acceleration at 25400 step/s²: 3400 − 3400²/(2·25400) = 3172.
    expect(Math.abs(run(25_400, 3400, 1) - 3172)).toBeLessThan(15)
  })

  it('arrives and stays', () => {
    expect(run(2000, 3400, 6)).toBe(4000)
  })
})

describe('the speed of an STS servo’s goal', () => {
  /** Duty is proportional to how far the slewed goal has come while the joint is held at 0. */
  const goalAfter = (registers: RegisterValues, speed: number, durationS: number): number => {
    const { dutyFor, servo } = holdAt(0, { P_Coefficient: 1, Phase: 0, ...registers })
    servo.registers.set(REG.GOAL_VELOCITY, speed)
    servo.registers.set(REG.OVERLOAD_TORQUE, 100)
    return dutyFor(4000, durationS) / (RAD_PER_STEP * 0.166) + 1
  }

  it('is register 46 in units of 50 step/s, and at most 3400 step/s', () => {
    const registers = { Maximum_Acceleration: 254, Acceleration: 254 }
    expect(goalAfter(registers, 10, 1)).toBeCloseTo(500, -1.5)
    expect(Math.abs(goalAfter(registers, 0, 1) - 3172)).toBeLessThan(20)
    expect(Math.abs(goalAfter(registers, 200, 1) - 3172)).toBeLessThan(20)
  })

  it('grows by 100 step/s² per count of register 41, within register 85', () => {
    expect(goalAfter({ Acceleration: 50 }, 0, 0.2)).toBeCloseTo(100, -1)
    expect(goalAfter({ Acceleration: 200, Maximum_Acceleration: 50 }, 0, 0.2)).toBeCloseTo(100, -1)
  })
})
