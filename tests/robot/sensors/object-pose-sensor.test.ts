import { describe, expect, it } from 'vitest'
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
  dropsPerS: 0,
  dropDurationS: 0.4,
}

describe('a simulated object sensor', () => {
  it('delivers where the object was one delay ago, with its bias and its age', () => {
    const sensor = new SimulatedObjectSensor()
    const out = { xM: 0, yM: 0, ageS: 0, isFresh: false }
    const stream = new RandomStream(1)
    sensor.reset(clean, 0, 0, 0, stream, out)
    // The object moves at 1 m/s along x: what is seen lags by delay plus up to one frame.
    for (let i = 1; i <= 500; i++) {
      const time = i * 0.002
      sensor.advance(clean, time, time, 0, false, stream)
      sensor.deliver(time, out)
      if (time < 0.2) continue
      expect(out.xM - 0.01).toBeCloseTo(time - out.ageS, 9)
      expect(out.ageS).toBeGreaterThanOrEqual(0.1 - 1e-9)
      expect(out.ageS).toBeLessThanOrEqual(0.1 + 0.05 + 0.004)
    }
  })

  it('has as many frames per second as its rate says', () => {
    const sensor = new SimulatedObjectSensor()
    const out = { xM: 0, yM: 0, ageS: 0, isFresh: false }
    const stream = new RandomStream(2)
    sensor.reset(clean, 0, 0, 0, stream, out)
    let fresh = 0
    for (let i = 1; i <= 10_000; i++) {
      sensor.advance(clean, i * 0.001, 0, 0, false, stream)
      sensor.deliver(i * 0.001, out)
      if (out.isFresh) fresh++
    }
    expect(fresh).toBeGreaterThanOrEqual(196)
    expect(fresh).toBeLessThanOrEqual(201)
  })

  it('sees nothing while the object is hidden, and its age grows', () => {
    const sensor = new SimulatedObjectSensor()
    const out = { xM: 0, yM: 0, ageS: 0, isFresh: false }
    const stream = new RandomStream(3)
    sensor.reset(clean, 0, 0, 0, stream, out)
    for (let i = 1; i <= 1000; i++) sensor.advance(clean, i * 0.001, 0, 0, true, stream)
    sensor.deliver(1, out)
    expect(out.isFresh).toBe(false)
    expect(out.ageS).toBeCloseTo(1.1, 9)
  })
})
