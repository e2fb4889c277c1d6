import { describe, expect, it } from 'vitest'
import { SERVO_PARAMETERS } from '../../../robot/identification/servo-parameters.ts'
import { createRollout } from '../../../robot/identification/servo-rollout.ts'
import { createTrace, simulateServo } from '../../../robot/identification/simulate-servo.ts'
import { firmware, simulated, syntheticLog } from './synthetic-log.ts'

/** 0.4 Nm/A behind 4 Ω: 1 Nm at 10 V; the pendulum of 0.5 kg at 0.1 m needs 0.4903 Nm when level. */
const motor = { torqueConstantNmPerA: 0.4, resistanceOhm: 4, armatureKgM2: 0.002 }
const LEVEL_NM = 0.5 * 9.80665 * 0.1
const far = () => 1e6

describe('the motor', () => {
  it('runs at supply over torque constant without load', () => {
    const log = syntheticLog({ goal: far, massKg: 1e-6, durationS: 3 })
    const { trace } = simulated(log, motor)
    expect(trace.speedRadPerS.at(-1)).toBeCloseTo(10 / 0.4, 4)
  })

  it('stalls where the pendulum weighs what supply, resistance and torque constant give', () => {
    // 0.4 Nm/A · 10 V / 10 Ω = 0.4 Nm.
    const log = syntheticLog({ goal: far, durationS: 20 })
    const { trace } = simulated(log, { ...motor, resistanceOhm: 10, viscousNmSPerRad: 0.05 })
    expect(trace.positionRad.at(-1)).toBeCloseTo(Math.asin(0.4 / LEVEL_NM), 6)
    expect(trace.motorCurrentA.at(-1)).toBeCloseTo(1, 6)
  })

  it('holds a weight with the error that duty needs', () => {
    // 1 duty per rad at gain 100: q = goal - LEVEL sin q, as 1 Nm is at full duty.
    const log = syntheticLog({ goal: () => 0.5, durationS: 10 })
    const q = simulated(log, motor).trace.positionRad.at(-1)!
    expect(q + LEVEL_NM * Math.sin(q)).toBeCloseTo(0.5, 6)
  })

  it('brakes by its back-EMF when held and not when torque is off', () => {
    const swing = (isOn: boolean) => {
      const log = syntheticLog({ goal: () => 0, isOn: () => isOn, gain: 1e-9, positionRad: 0.3 })
      return Math.max(...simulated(log, motor).trace.positionRad.slice(-200))
    }
    expect(swing(false)).toBeCloseTo(0.3, 2)
    expect(swing(true)).toBeLessThan(0.1)
  })

  it('swings with the period of a pendulum whose inertia has the rotor in it', () => {
    const start = 0.02
    const log = syntheticLog({ goal: () => 0, isOn: () => false, positionRad: start, durationS: 8 })
    const { positionRad } = simulated(log, motor).trace
    const crossings = [...positionRad.keys()].filter(
      (k) => k > 0 && positionRad[k - 1]! > 0 && positionRad[k]! <= 0,
    )
    const periodS = ((crossings.at(-1)! - crossings[0]!) * 0.005) / (crossings.length - 1)
    const inertia = 0.5 * 0.1 ** 2 + 0.002
    expect(periodS).toBeCloseTo(2 * Math.PI * Math.sqrt(inertia / LEVEL_NM), 2)
  })
})

describe('dry friction', () => {
  it('holds until the motor is stronger', () => {
    // 0.1 Nm is 0.1 duty, 0.1 rad of error; a weight of a milligram.
    const creeping = { goal: (t: number) => 0.01 * t, durationS: 12, massKg: 1e-6 }
    const { positionRad } = simulated(syntheticLog(creeping), { ...motor, coulombNm: 0.1 }).trace
    const first = positionRad.findIndex((q) => q > 1e-9)
    expect(first * 0.005).toBeCloseTo(10, 1)
  })

  it('grows with what the gear carries, so that the way up costs more than holding', () => {
    // At rest at 0.5 rad the load is motor + weight: it moves when τ(1 - c) > weight (1 + c).
    const weight = LEVEL_NM * Math.sin(0.5)
    const needed = (weight * 1.25) / 0.75
    const log = (duty: number) =>
      syntheticLog({ goal: () => 0.5 + duty, positionRad: 0.5, durationS: 0.5 })
    const parameters = { ...motor, loadFriction: 0.25 }
    const moved = (duty: number) => simulated(log(duty), parameters).trace.positionRad.at(-1)! - 0.5
    expect(moved(needed * 0.99)).toBe(0)
    expect(moved(needed * 1.05)).toBeGreaterThan(0.001)
    expect(moved((weight * 0.75) / 1.25 + 0.002)).toBe(0)
    expect(moved((weight * 0.75) / 1.25 - 0.01)).toBeLessThan(-0.001)
  })

  it('is greater at rest by its Stribeck part', () => {
    const parameters = { ...motor, coulombNm: 0.1, stribeckNm: 0.05, stribeckSpeedRadPerS: 0.1 }
    const creeping = { goal: (t: number) => 0.01 * t, durationS: 16, massKg: 1e-6 }
    const { positionRad } = simulated(syntheticLog(creeping), parameters).trace
    expect(positionRad.findIndex((q) => q > 1e-9) * 0.005).toBeCloseTo(15, 1)
  })
})

describe('the supply', () => {
  it('sags by the current times its resistance', () => {
    // Full duty and stalled: the source and the winding share 10 V.
    const log = syntheticLog({ goal: far, durationS: 20, massKg: 50, lengthM: 1 })
    const { trace } = simulated(log, { ...motor, supplyOhm: 1, viscousNmSPerRad: 50 })
    expect(trace.motorCurrentA.at(-1)).toBeCloseTo(10 / 5, 3)
  })

  it('loses more per ampere the longer the bridge is on', () => {
    const current = (goal: number) => {
      const log = syntheticLog({ goal: () => goal, durationS: 20, massKg: 1e4, lengthM: 1 })
      return simulated(log, { ...motor, lineOhm: 2 }).trace.motorCurrentA.at(-1)!
    }
    // i = d V/(R + d line): 5/5 at half duty, 10/6 at full.
    expect(current(0.5)).toBeCloseTo(5 / 5, 3)
    expect(current(5)).toBeCloseTo(10 / 6, 3)
  })

  it('ends at the current limit', () => {
    const log = syntheticLog({ goal: far, durationS: 1, massKg: 1e4, lengthM: 1 })
    const { trace } = simulated(log, { ...motor, currentLimitA: 1.5 })
    expect(trace.motorCurrentA.at(-1)).toBe(1.5)
  })
})

describe('warmth', () => {
  it('rises by the power through the thermal resistance and takes its time constant', () => {
    // 1 A through 4 Ω, held by the limit; R grows by 0.39 % per kelvin: rise = 4 (1 + 0.0039 rise) · 2.
    const log = syntheticLog({ goal: far, durationS: 40, massKg: 1e4, lengthM: 1 })
    const warm = { thermalResistanceKPerW: 2, heatCapacityJPerK: 1, currentLimitA: 1 }
    const { windingC } = simulated(log, { ...motor, ...warm }).trace
    const rise = 8 / (1 - 8 * 0.0039)
    expect(windingC.at(-1)! - 25).toBeCloseTo(rise, 2)
    // Dominated by C · Rth = 2 s: about 63 % then.
    expect((windingC[400]! - 25) / rise).toBeCloseTo(0.63, 1)
  })

  it('costs torque', () => {
    const stall = (celsius: number) => {
      const log = syntheticLog({ goal: far, durationS: 0.1, massKg: 1e4, lengthM: 1 })
      log.temperatureC.fill(celsius)
      return simulated(log, motor).trace.motorCurrentA.at(-1)!
    }
    expect(stall(75) / stall(25)).toBeCloseTo(1 / (1 + 0.0039 * 50), 4)
  })
})

describe('the firmware', () => {
  it('acts on a command after its delay', () => {
    const log = syntheticLog({ goal: (t) => (t < 0.5 ? 0 : 1), durationS: 1 })
    const start = (commandDelayS: number) =>
      simulated(log, { ...motor, commandDelayS }).trace.positionRad.findIndex((q) => q > 1e-9)
    expect(start(0.02) - start(0)).toBe(4)
    expect(start(-0.01) - start(0)).toBe(-2)
  })

  it('follows a command no faster than its greatest speed, and ignores errors in its dead band', () => {
    const slow = { ...motor, goalSpeedRadPerS: 0.5 }
    const step = (t: number) => (t > 0 ? 1 : 0)
    const log = syntheticLog({ goal: step, durationS: 1, massKg: 1e-6, gain: 1e4 })
    expect(simulated(log, slow).trace.positionRad.at(-1)).toBeCloseTo(0.5, 1)
    const lazy = { ...motor, deadBandRad: 0.1 }
    const near = syntheticLog({ goal: () => 0.09, durationS: 1, massKg: 1e-6 })
    expect(simulated(near, lazy).trace.positionRad.at(-1)).toBe(0)
  })
})

describe('a step', () => {
  it('costs an error that falls with its square', () => {
    const log = syntheticLog({ goal: () => 0, isOn: () => false, positionRad: 1, durationS: 2 })
    const rollout = createRollout(log, firmware)
    const end = (substeps: number) => {
      const trace = createTrace(rollout.positionRad.length)
      simulateServo(rollout, { ...SERVO_PARAMETERS, ...motor }, trace, substeps)
      return trace.positionRad.at(-1)!
    }
    const exact = end(64)
    const ratio = (end(1) - exact) / (end(2) - exact)
    expect(ratio).toBeGreaterThan(3.5)
    expect(ratio).toBeLessThan(4.5)
  })

  it('takes a command, and a switch, that falls into it for the rest of it', () => {
    // Steps of 1 ms: half of one later is the mean of none and one.
    const late = (delays: object) => {
      const log = syntheticLog({
        goal: (t) => (t < 0.5 ? 0 : 1),
        isOn: (t) => t < 0.75,
        durationS: 1,
      })
      return simulated(log, { ...motor, ...delays }).trace.positionRad.at(-1)!
    }
    for (const name of ['commandDelayS', 'switchDelayS']) {
      const [early, middle, whole] = [0.0002, 0.0005, 0.0008].map((s) => late({ [name]: s }))
      expect(Math.abs(whole! - early!)).toBeGreaterThan(1e-5)
      expect((middle! - early!) / (whole! - early!)).toBeCloseTo(0.5, 1)
    }
  })
})
