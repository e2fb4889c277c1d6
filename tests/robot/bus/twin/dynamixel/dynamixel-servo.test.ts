import { describe, expect, it } from 'vitest'
import { encodeRegister } from '../../../../../robot/bus/protocols/register.ts'
import { DynamixelServo } from '../../../../../robot/bus/twin/dynamixel/dynamixel-servo.ts'
import { writeMemory } from '../../../../../robot/bus/twin/dynamixel/memory-access.ts'
import { createShaftState } from '../../../../../robot/bus/twin/emulated-servo.ts'
import type { RegisterValues } from '../../../../../robot/bus/twin/register-memory.ts'

const RAD_PER_STEP = (2 * Math.PI) / 4096
const STEP_S = 0.001

/** A servo whose joint a hand holds at a position, and what its firmware does about it. */
function holdAt(steps: number, registers: RegisterValues = {}, model = 'xl330-m288') {
  const servo = new DynamixelServo({
    name: 'joint',
    id: 1,
    model,
    sign: 1,
    encoderZeroTicks: 0,
    registers: { Operating_Mode: 4, ...registers },
  })
  const shaft = createShaftState()
  Object.assign(shaft, { positionRad: steps * RAD_PER_STEP, supplyV: 5, temperatureC: 30 })
  /** As a host writes it; the servo's error number. */
  const write = (name: string, value: number): number => {
    const register = servo.registers.table.find(name)
    const bytes = encodeRegister(register, value)
    return writeMemory(servo, register.address, bytes, shaft.positionRad).error
  }
  const read = (name: string): number => servo.registers.get(servo.registers.table.find(name))
  const run = (durationS: number): number => {
    let duty = Number.NaN
    for (const endS = shaft.timeS + durationS; shaft.timeS < endS; shaft.timeS += STEP_S) {
      duty = servo.dutySteps(shaft, STEP_S)
    }
    servo.feedBack(shaft, Number.isNaN(duty) ? 0 : duty)
    return duty
  }
  const dutyFor = (goal: number, durationS = 0.01): number => {
    write('Torque_Enable', 1)
    write('Goal_Position', goal)
    return run(durationS)
  }
  return { servo, shaft, write, read, run, dutyFor }
}

describe('the position loop of an emulated X servo', () => {
  it('gives the duty that was fitted to a real XL330: error times P over 256 times 885', () => {
    // Rhoban/bam: (4096 / 2π) / (256 · 885) per rad and P.
    const { dutyFor, read } = holdAt(2000)
    const duty = dutyFor(2100)
    expect(duty).toBeCloseTo(100 * RAD_PER_STEP * 400 * (4096 / (2 * Math.PI) / (256 * 885)), 9)
    expect(read('Present_PWM')).toBe(Math.round(duty * 885))
  })

  it('is limited by PWM_Limit and by Goal_PWM', () => {
    expect(holdAt(2000, { PWM_Limit: 177 }).dutyFor(4000)).toBeCloseTo(0.2, 9)
    const { dutyFor, write } = holdAt(2000)
    expect(write('Goal_PWM', 300)).toBe(0)
    expect(dutyFor(0)).toBeCloseTo(-300 / 885, 9)
  })

  it('holds where it is when torque comes on, whatever goal came before', () => {
    const { write, run, read } = holdAt(2000)
    write('Goal_Position', 3000)
    write('Torque_Enable', 1)
    expect(run(0.01)).toBeCloseTo(0, 12)
    expect(read('Goal_Position')).toBe(2000)
  })

  it('is free without torque, and may come on with a goal (drive mode bit 3)', () => {
    const { run, write } = holdAt(2000)
    write('Goal_Position', 3000)
    expect(run(0.01)).toBeNaN()
    write('Drive_Mode', 8)
    write('Goal_Position', 3000)
    expect(run(0.01)).toBeGreaterThan(0.5)
  })

  it('drives the other way round in reverse mode', () => {
    const { dutyFor, read } = holdAt(2000, { Drive_Mode: 1 })
    // Mirrored about the middle of the turn: 4095 − 2000.
    expect(dutyFor(2195)).toBeLessThan(0)
    expect(read('Present_Position')).toBe(2095)
    expect(read('Present_PWM')).toBeGreaterThan(0)
  })

  it('forgets its gains when the mode changes', () => {
    const { write, read } = holdAt(2000)
    write('Position_P_Gain', 900)
    write('Profile_Velocity', 50)
    write('Operating_Mode', 3)
    expect([read('Position_P_Gain'), read('Profile_Velocity')]).toEqual([400, 0])
  })
})

describe('profiles of an emulated X servo', () => {
  /** How far the goal that the loop follows has come. */
  const comeAfter = (registers: Record<string, number>, durationS: number): number => {
    const { dutyFor, read, write, run } = holdAt(0)
    for (const [name, value] of Object.entries(registers)) expect(write(name, value)).toBe(0)
    dutyFor(4000, 0)
    run(durationS)
    return read('Position_Trajectory')
  }

  it('are a step without profile velocity', () => {
    expect(comeAfter({}, 0.002)).toBe(4000)
  })

  it('keep to 0.229 rpm per count, that is 15.6 step/s', () => {
    // 50 · 0.229 / 60 · 4096 step/s.
    expect(Math.abs(comeAfter({ Profile_Velocity: 50 }, 1) - 781.7)).toBeLessThan(3)
  })

  it('speed up by 214.577 rev/min² per count, that is 244 step/s²', () => {
    // ½ · 40 · 214.577 / 3600 · 4096 · 0.4².
    const come = comeAfter({ Profile_Velocity: 1000, Profile_Acceleration: 40 }, 0.4)
    expect(Math.abs(come - 781.2)).toBeLessThan(6)
  })

  it('are told by their shape in Moving_Status, and whether they go on', () => {
    const status = (velocity: number, acceleration: number, goal = 4000): number => {
      const { dutyFor, read, write } = holdAt(0)
      write('Profile_Velocity', velocity)
      write('Profile_Acceleration', acceleration)
      dutyFor(goal, 0.002)
      return read('Moving_Status')
    }
    // Ramps of 40 counts to 200 counts of speed take (3127 step/s)² / 9766 step/s² = 1001 steps in all.
    expect(status(200, 40)).toBe(0x30 | 0x02)
    expect(status(200, 40, 900)).toBe(0x20 | 0x02)
    expect(status(200, 0)).toBe(0x10 | 0x02)
    expect(status(0, 40)).toBe(0x00)
    expect(status(0, 40, 5)).toBe(0x01)
  })

  it('arrive on time where drive mode bit 2 makes them milliseconds', () => {
    const timed = { Drive_Mode: 4, Profile_Velocity: 1000, Profile_Acceleration: 250 }
    // Trapezoid of 1 s with ramps of 0.25 s: at half time half way.
    expect(Math.abs(comeAfter(timed, 0.5) - 2000)).toBeLessThan(30)
    expect(Math.abs(comeAfter(timed, 1.01) - 4000)).toBeLessThan(5)
    expect(comeAfter(timed, 0.9)).toBeLessThan(3950)
  })
})

describe('other modes of an emulated X servo', () => {
  it('put Goal_PWM on the motor in mode 16', () => {
    const { write, run } = holdAt(2000, { Operating_Mode: 16 })
    write('Torque_Enable', 1)
    write('Goal_PWM', -442)
    expect(run(0.01)).toBeCloseTo(-442 / 885, 9)
  })

  it('drive harder while slower than Goal_Velocity in mode 1', () => {
    const { write, run } = holdAt(2000, { Operating_Mode: 1 })
    write('Torque_Enable', 1)
    write('Goal_Velocity', 200)
    const early = run(0.05)
    expect(early).toBeGreaterThan((200 * 180) / 128 / 885)
    expect(run(0.2)).toBeGreaterThan(early)
  })

  it('speed up by 214.577 rev/min² per count in mode 1, too', () => {
    const { write, run, read } = holdAt(2000, { Operating_Mode: 1 })
    write('Torque_Enable', 1)
    write('Profile_Acceleration', 10)
    write('Goal_Velocity', -200)
    run(0.5)
    // 0.5 s · 10 · 214.577 / 60 / 0.229.
    expect(Math.abs(read('Velocity_Trajectory') + 78)).toBeLessThan(2)
    run(1)
    expect(read('Velocity_Trajectory')).toBe(-200)
  })

  /** A motor that is held fast: its current follows duty · V / R at once. */
  const stalled = (mode: number, goalMilliA: number) => {
    const held = holdAt(2000, { Operating_Mode: mode })
    held.write('Torque_Enable', 1)
    expect(held.write('Goal_Current', goalMilliA)).toBe(0)
    if (mode === 5) held.write('Goal_Position', 4000)
    for (let step = 0; step < 1000; step++) {
      const duty = held.run(STEP_S / 2)
      held.shaft.currentA = (duty * 5) / 4.017
      held.shaft.timeS += STEP_S
    }
    return held
  }

  it('give the current asked for in mode 0', () => {
    expect(stalled(0, -300).shaft.currentA).toBeCloseTo(-0.3, 2)
  })

  it('give no more than Goal_Current in mode 5, and all of the position loop below it', () => {
    expect(stalled(5, 250).shaft.currentA).toBeCloseTo(0.25, 2)
    expect(stalled(5, 1750).shaft.currentA).toBeCloseTo(5 / 4.017, 2)
  })
})

describe('protection of an emulated X servo', () => {
  it('lets go when too hot, says so, and takes no torque until it restarts', () => {
    const { dutyFor, run, read, write, shaft, servo } = holdAt(2000)
    expect(dutyFor(2100)).toBeGreaterThan(0)
    shaft.temperatureC = 71
    expect(run(0.01)).toBeNaN()
    expect(read('Hardware_Error_Status')).toBe(0x04)
    shaft.temperatureC = 30
    write('Torque_Enable', 1)
    expect(run(0.01)).toBeNaN()
    servo.powerOn(shaft)
    expect(dutyFor(2100)).toBeGreaterThan(0)
    expect(read('Hardware_Error_Status')).toBe(0)
  })

  it('of an XL330 minds its supply, that of an XL430 only reports it', () => {
    const low = holdAt(2000)
    low.shaft.supplyV = 3.4
    low.dutyFor(2100, 0.2)
    expect([low.read('Hardware_Error_Status'), low.read('Torque_Enable')]).toEqual([1, 0])
    const high = holdAt(2000, {}, 'xl430-w250')
    high.shaft.supplyV = 15
    high.dutyFor(2100, 0.2)
    expect([high.read('Hardware_Error_Status'), high.read('Torque_Enable')]).toEqual([1, 1])
  })

  it('stops a motor that is held fast at full output', () => {
    const { dutyFor, run, read } = holdAt(2000)
    dutyFor(4000, 1.9)
    expect(read('Torque_Enable')).toBe(1)
    run(0.3)
    expect([read('Hardware_Error_Status'), read('Torque_Enable')]).toEqual([0x20, 0])
  })

  it('stops when the bus is silent for longer than its watchdog, until that is cleared', () => {
    const { dutyFor, run, read, write, servo, shaft } = holdAt(2000)
    dutyFor(2100)
    expect(write('Bus_Watchdog', 10)).toBe(0)
    servo.lastHeardS = shaft.timeS
    expect(run(0.19)).toBeGreaterThan(0)
    // 10 · 20 ms.
    expect(run(0.02)).toBeCloseTo(0, 12)
    expect(read('Bus_Watchdog')).toBe(255)
    expect(write('Goal_Position', 2100)).toBe(4)
    expect(write('Bus_Watchdog', 0)).toBe(0)
    expect(write('Goal_Position', 2100)).toBe(0)
    expect(run(0.01)).toBeGreaterThan(0)
  })
})

describe('feedback of an emulated X servo', () => {
  it('counts velocity in 0.229 rpm and current in its own unit', () => {
    const { shaft, run, read } = holdAt(2000)
    shaft.velocityRadPerS = (100 * 0.229 * 2 * Math.PI) / 60
    shaft.currentA = -0.123
    run(STEP_S)
    expect([read('Present_Velocity'), read('Present_Current')]).toEqual([100, -123])
    expect([read('Moving'), read('Present_Input_Voltage')]).toEqual([1, 50])
    const xm = holdAt(2000, {}, 'xm430-w350')
    xm.shaft.currentA = 0.269
    xm.run(STEP_S)
    expect(xm.read('Present_Current')).toBe(100)
  })

  it('has the clock of the servo in milliseconds', () => {
    const { shaft, run, read } = holdAt(2000)
    run(0.25)
    expect(Math.abs(read('Realtime_Tick') - 250)).toBeLessThan(2)
    shaft.timeS = 32.768 + 0.0105
    run(0)
    expect(read('Realtime_Tick')).toBe(10)
  })
})
