import { describe, expect, it } from 'vitest'
import { measuredSensor } from '../../../bridge/deploy/measured-sensor.ts'
import {
  type StreamObjectOptions,
  StreamObjectSource,
} from '../../../bridge/deploy/stream-sources.ts'
import { stampOf } from '../../../bridge/recording/ros-values.ts'
import { asTransform, MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { ClockOffset } from '../../../robot/sensors/clock-offset.ts'
import { sensorSchema } from '../../../robot/sensors/sensor.schema.ts'

const FRAMES = ['', 'base', 'base_link']
const EPOCH_S = 1_700_000_000

function setUp(options: Partial<StreamObjectOptions> = {}) {
  const graph = new TopicGraph()
  const time = { nowS: 100 }
  const source = new StreamObjectSource({
    stream: graph,
    topic: '/object/pose',
    frames: FRAMES,
    clock: {
      now: () => time.nowS,
      // The loop's clock began at 100 s when the epoch clock said EPOCH_S.
      epochNow: () => EPOCH_S + time.nowS - 100,
    },
    ...options,
  })
  const publish = (stampS: number, x: number, frame = 'base_link') =>
    graph.publish(
      '/object/pose',
      MESSAGE_TYPE.poseStamped,
      poseStamped(stampS, frame, [x, 0.05, 0]),
    )
  const read = () => {
    const out = { xM: 0, yM: 0, zM: 0, yawRad: 0, ageS: 0, isFresh: false }
    source.read(time.nowS, out)
    return out
  }
  return { graph, time, source, publish, read }
}

describe('an object pose from a stream', () => {
  it('is as old as its stamp says, on the clock of the loop', () => {
    const { time, publish, read } = setUp()
    time.nowS = 101
    publish(EPOCH_S + 0.92, 0.2)
    time.nowS = 101.04
    const out = read()
    expect(out).toMatchObject({ xM: 0.2, yM: 0.05, isFresh: true })
    // Captured at loop time 100.92, looked at at 101.04; float64 seconds since 1970 know 0.2 µs.
    expect(out.ageS).toBeCloseTo(0.12, 6)
  })

  it('without a stamp counts from its arrival', () => {
    const { time, publish, read } = setUp()
    publish(0, 0.2)
    time.nowS = 100.03
    expect(read().ageS).toBeCloseTo(0.03, 12)
  })

  it('is refused in a frame that is not the arm’s base, taken with a leading slash', () => {
    const { source, publish, read } = setUp()
    publish(EPOCH_S, 0.2, 'camera')
    expect(source.rejected['frame']).toBe(1)
    expect(read().ageS).toBe(Infinity)
    publish(EPOCH_S, 0.2, '/base')
    expect(read().xM).toBe(0.2)
  })

  it('from the future or the past of the last is refused and counted', () => {
    const { source, publish, read } = setUp()
    publish(EPOCH_S - 0.05, 0.2)
    publish(EPOCH_S + 0.5, 0.3)
    publish(EPOCH_S - 0.2, 0.4)
    expect(source.rejected).toMatchObject({ future: 1, backwards: 1 })
    expect(read().xM).toBe(0.2)
  })
})

it('a sensor’s description that moves the arm’s base is refused', () => {
  const place = { positionM: [0.1, 0, 0] }
  const means = (name: string) =>
    sensorSchema.parse({
      ...{ version: 1, name: 'eye', source: 'a test', rateHz: [30, 30], delayS: [0, 0] },
      frames: { [name]: place },
    })
  for (const name of ['', 'base', '/base_link']) {
    expect(() => setUp({ sensor: means(name) })).toThrow(
      expect.objectContaining({ code: 'ROBOT_SENSOR_INVALID' }) as Error,
    )
  }
  const { publish, read } = setUp({ sensor: means('/camera') })
  publish(EPOCH_S, 0.2, 'camera')
  expect(read().xM).toBeCloseTo(0.3, 12)
})

it('tells of each pose that is taken, in the arm’s base, by the time of its capture', () => {
  const told: [number, number][] = []
  const sensor = sensorSchema.parse({
    ...{ version: 1, name: 'marker', source: 'this test', rateHz: [30, 30], delayS: [0, 0] },
    objectInMarker: { positionM: [0.5, 0, 0] },
  })
  const { publish } = setUp({
    sensor,
    onPose: (captureS, { position }) => told.push([captureS, position[0]!]),
  })
  publish(EPOCH_S - 0.04, 0.2)
  publish(EPOCH_S - 0.02, 0.2, 'camera')
  publish(EPOCH_S - 0.04, 0.3)
  expect(told).toHaveLength(1)
  expect(told[0]![0]).toBeCloseTo(99.96, 6)
  expect(told[0]![1]).toBeCloseTo(0.7, 9)
})

it('an object that a hand covers is not taken to go on for ever as it went', () => {
  const { time, publish, read } = setUp({
    sensor: sensorSchema.parse({
      ...{ version: 1, name: 'eye', source: 'a test', rateHz: [30, 30], delayS: [0, 0] },
      filter: { noiseM: 0.001, accelerationMPerS2: 1, predict: true },
    }),
  })
  // 0.1 m/s, from 0.2 m to 0.3 m.
  for (let k = 0; k <= 20; k++) {
    time.nowS = 100 + k / 20
    publish(EPOCH_S + k / 20, 0.2 + 0.1 * (k / 20))
  }
  time.nowS = 101.1
  expect(read().xM).toBeCloseTo(0.31, 2)
  // As long as safety.handCovers lets it: it has gone on for half a second at most.
  time.nowS = 116
  expect(read().xM).toBeLessThan(0.36)
})

describe('an object pose from another machine', () => {
  it('is as old as it is there, however wrong the clock', () => {
    const offset = new ClockOffset()
    const { time, publish, read, source } = setUp({ offset })
    // Three hours ahead, asked over a way of 10 ms in each direction.
    const ahead = 10_800
    offset.add(EPOCH_S, EPOCH_S + 0.01 + ahead, EPOCH_S + 0.01 + ahead, EPOCH_S + 0.02)
    time.nowS = 101
    publish(EPOCH_S + 0.93 + ahead, 0.2)
    expect(read().ageS).toBeCloseTo(0.07, 5)
    expect(source.rejected).toMatchObject({ future: 0, backwards: 0 })
  })

  it('counts on one clock for both where the answers allow that', () => {
    const offset = new ClockOffset()
    const { time, publish, read, source } = setUp({ offset })
    // 40 ms there and 2 ms back: 19 ms ahead, give or take 21.
    offset.add(EPOCH_S, EPOCH_S + 0.04, EPOCH_S + 0.04, EPOCH_S + 0.042)
    time.nowS = 101
    publish(EPOCH_S + 1, 0.2)
    expect(read().ageS).toBeCloseTo(0, 5)
    expect(source.rejected).toMatchObject({ future: 0 })
  })

  it('is of now where it seems to come from the future by less than the clocks are known', () => {
    const offset = new ClockOffset()
    const { time, publish, read, source } = setUp({ offset })
    // An hour ahead, known within 20 ms.
    offset.add(EPOCH_S, EPOCH_S + 3600.02, EPOCH_S + 3600.02, EPOCH_S + 0.04)
    time.nowS = 101
    publish(EPOCH_S + 3601.015, 0.2)
    expect(read().ageS).toBe(0)
    time.nowS = 102
    publish(EPOCH_S + 3602.03, 0.2)
    expect(source.rejected).toMatchObject({ future: 1 })
  })

  it('is measured: rate and delay as they arrived', () => {
    const { source, time, publish } = setUp()
    for (let k = 0; k < 50; k++) {
      time.nowS = 101 + k / 25
      publish(EPOCH_S + time.nowS - 100 - 0.08, 0.2)
    }
    const { delayS, rateHz } = source.arrivals!
    expect(rateHz).toBeCloseTo(25, 3)
    expect(delayS.p50).toBeCloseTo(0.08, 5)
    const { delayS: range, rateHz: rates } = measuredSensor(source.arrivals!, 'rosbridge://a/b')
    expect(range).toEqual([0.08, 0.08])
    expect(rates[1]).toBeCloseTo(25, 2)
  })
})

describe('an object seen by its tag', () => {
  const sensor = sensorSchema.parse({
    version: 1,
    name: 'overhead',
    source: 'a test',
    message: { kind: 'tags', id: 4, frame: 'tag36h11:4', minDecisionMargin: 30 },
    objectInMarker: { positionM: [0, 0, -0.02] },
    // One metre above the base's (0.3, 0), looking down: its x is the base's -y, its y the base's -x.
    frames: { camera: { positionM: [0.3, 0, 1], rpyRad: [Math.PI, 0, -Math.PI / 2] } },
    rateHz: [30, 30],
    delayS: [0.05, 0.05],
  })

  const tag = (stampS: number, margin = 60, id = 4) => ({
    header: { stamp: stampOf(stampS), frame_id: 'camera' },
    detections: [
      {
        family: 'tag36h11',
        ...{ id, hamming: 0, goodness: 0, decision_margin: margin },
        centre: { x: 0, y: 0 },
        corners: [0, 1, 2, 3].map((x) => ({ x, y: 0 })),
        homography: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      },
    ],
  })
  const place = (stampS: number, x: number, y: number) => {
    const pose = poseStamped(stampS, 'camera', [x, y, 0.96], [1, 0, 0, 0])
    return { transforms: [asTransform(pose, 'tag36h11:4')] }
  }

  function seen() {
    const { graph, ...rest } = setUp({ sensor, topic: '/detections' })
    const tags = (message: ReturnType<typeof tag>) =>
      graph.publish('/detections', MESSAGE_TYPE.tags, message)
    const tf = (message: ReturnType<typeof place>) => graph.publish('/tf', MESSAGE_TYPE.tf, message)
    return { ...rest, tags, tf }
  }

  it.each([
    ['detection first', true],
    ['transform first', false],
  ])('is put into the base by the camera’s place, %s', (_name, isDetectionFirst) => {
    const { time, tags, tf, read } = seen()
    time.nowS = 101
    const stampS = EPOCH_S + 0.95
    if (isDetectionFirst) tags(tag(stampS))
    tf(place(stampS, 0.1, -0.05))
    if (!isDetectionFirst) tags(tag(stampS))
    const { ageS, xM, yM, zM } = read()
    expect(xM).toBeCloseTo(0.3 + 0.05, 12)
    expect(yM).toBeCloseTo(-0.1, 12)
    // 0.96 m below the camera lies the tag's top at 0.04, the object's middle 0.02 below that.
    expect(zM).toBeCloseTo(0.02, 12)
    expect(ageS).toBeCloseTo(0.05, 5)
  })

  it('waits for the transform of the same image', () => {
    const { time, tags, tf, read } = seen()
    time.nowS = 101
    tf(place(EPOCH_S + 0.9, 0.1, 0))
    tags(tag(EPOCH_S + 0.95))
    expect(read().ageS).toBe(Infinity)
  })

  it('leaves out and counts uncertain detections and images without the tag', () => {
    const { source, time, tags, read } = seen()
    time.nowS = 101
    tags(tag(EPOCH_S + 0.9, 10))
    tags(tag(EPOCH_S + 0.95, 60, 5))
    expect(source.rejected).toMatchObject({ uncertain: 1, notSeen: 1 })
    expect(read().ageS).toBe(Infinity)
  })
})
