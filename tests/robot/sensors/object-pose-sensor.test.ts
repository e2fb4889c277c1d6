import { describe, expect, it } from 'vitest'
import { createMeasurement } from '../../../robot/io/observation.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import {
  type ObjectSensorSpec,
  SimulatedObjectSensor,
} from '../../../robot/sensors/object-pose-sensor.ts'

const clean: ObjectSensorSpec = {
  rateHz: 20,
  delayS: 0.1,
  delayJitter: 0,
  noiseM: 0,
  biasXM: 0.01,
  biasYM: 0,
  biasZM: 0.02,
  noiseYawRad: 0,
  driftM: 0,
  driftS: 1,
  biasYawRad: 0.1,
  dropsPerS: 0,
  dropDurationS: 0.4,
}

const at = (xM: number, yM: number) => ({ xM, yM, zM: 0.03, yawRad: 0.5 })

describe('a simulated object sensor', () => {
  it('delivers where the object was one delay ago, with its bias and its age', () => {
    const sensor = new SimulatedObjectSensor(false)
    const out = createMeasurement()
    const stream = new RandomStream(1)
    sensor.reset(clean, 0, at(0, 0), stream, out)
    // The object moves at 1 m/s along x: what is seen lags by delay plus up to one frame.
    for (let i = 1; i <= 500; i++) {
      const time = i * 0.002
      sensor.advance(clean, time, at(time, 0), false, stream)
      sensor.deliver(time, out)
      if (time < 0.2) continue
      expect(out.xM - 0.01).toBeCloseTo(time - out.ageS, 9)
      expect(out.ageS).toBeGreaterThanOrEqual(0.1 - 1e-9)
      expect(out.ageS).toBeLessThanOrEqual(0.1 + 0.05 + 0.004)
    }
  })

  it('has as many frames per second as its rate says', () => {
    const sensor = new SimulatedObjectSensor(false)
    const out = createMeasurement()
    const stream = new RandomStream(2)
    sensor.reset(clean, 0, at(0, 0), stream, out)
    let fresh = 0
    for (let i = 1; i <= 10_000; i++) {
      sensor.advance(clean, i * 0.001, at(0, 0), false, stream)
      sensor.deliver(i * 0.001, out)
      if (out.isFresh) fresh++
    }
    expect(fresh).toBeGreaterThanOrEqual(196)
    expect(fresh).toBeLessThanOrEqual(201)
  })

  it('sees nothing while the object is hidden, and its age grows', () => {
    const sensor = new SimulatedObjectSensor(false)
    const out = createMeasurement()
    const stream = new RandomStream(3)
    sensor.reset(clean, 0, at(0, 0), stream, out)
    for (let i = 1; i <= 1000; i++) sensor.advance(clean, i * 0.001, at(0, 0), true, stream)
    sensor.deliver(1, out)
    expect(out.isFresh).toBe(false)
    expect(out.ageS).toBeCloseTo(1.1, 9)
  })

  it('tells height and yaw, with their biases, where it sees the whole pose', () => {
    const out = createMeasurement()
    new SimulatedObjectSensor(false).reset(clean, 0, at(0.2, 0.1), new RandomStream(4), out)
    expect(out).toMatchObject({ zM: 0, yawRad: 0 })
    new SimulatedObjectSensor(true).reset(clean, 0, at(0.2, 0.1), new RandomStream(4), out)
    expect(out.xM).toBeCloseTo(0.21, 12)
    expect(out.zM).toBeCloseTo(0.05, 12)
    expect(out.yawRad).toBeCloseTo(0.6, 12)
  })

  it('errs by a drift of the right size that forgets itself over its time', () => {
    const drifting = { ...clean, biasXM: 0, delayS: 0, driftM: 0.004, driftS: 0.5 }
    const sensor = new SimulatedObjectSensor(false)
    const out = createMeasurement()
    const stream = new RandomStream(7)
    sensor.reset(drifting, 0, at(0, 0), stream, out)
    const errors: number[] = []
    for (let i = 1; errors.length < 20_000; i++) {
      sensor.advance(drifting, i * 0.05, at(0, 0), false, stream)
      sensor.deliver(i * 0.05, out)
      if (out.isFresh) errors.push(out.xM)
    }
    const covariance = (lag: number) => {
      let sum = 0
      for (let k = lag; k < errors.length; k++) sum += errors[k]! * errors[k - lag]!
      return sum / (errors.length - lag)
    }
    // 20,000 frames with a memory of ten hold some 1,000 independent ones: ± 4/√2000 of the variance.
    expect(covariance(0) / 0.004 ** 2).toBeGreaterThan(0.9)
    expect(covariance(0) / 0.004 ** 2).toBeLessThan(1.1)
    // Ten frames are one correlation time: 1/e.
    expect(Math.abs(covariance(10) / covariance(0) - Math.exp(-1))).toBeLessThan(0.08)
  })
})
