import { describe, expect, it } from 'vitest'
import { cameraSettings } from '../../../bridge/streams/camera/camera-settings.ts'
import { sensorSchema } from '../../../robot/sensors/sensor.schema.ts'

const sensor = (camera: object) =>
  sensorSchema.parse({
    ...{ version: 1, name: 'page', source: 'this test', rateHz: [15, 30], delayS: [0.05, 0.1] },
    camera,
  })

describe('the height of the tag that a camera page looks for', () => {
  it('is what the sensor’s file says', () => {
    expect(cameraSettings(sensor({ topM: 0.02 }), 'base', 0.05).topM).toBe(0.02)
  })

  it('is that of the task’s object where the file leaves it out', () => {
    expect(cameraSettings(sensor({ tagId: 7 }), 'base', 0.05)).toMatchObject({
      ...{ topM: 0.05, tagId: 7 },
    })
    expect(cameraSettings(undefined, 'base', 0.05).topM).toBe(0.05)
  })

  it('is the puck’s where nobody knows the object', () => {
    expect(cameraSettings(sensor({ tagId: 7 }), 'base').topM).toBe(0.036)
  })
})
