import { beforeEach, describe, expect, it } from 'vitest'
import { readObjectMessages } from '../../../bridge/deploy/object-messages.ts'
import { StreamFrames } from '../../../bridge/deploy/stream-frames.ts'
import { stampOf } from '../../../bridge/recording/ros-values.ts'
import type { RosNode } from '../../../bridge/ros/graph.ts'
import type { PoseStamped, TransformStamped } from '../../../bridge/ros/interfaces.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { COMMAND_QOS, LATCHED_QOS, SENSOR_QOS, TF_QOS } from '../../../bridge/ros/qos.ts'
import { RosStream } from '../../../bridge/ros/ros-stream.ts'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { type SensorDescription, sensorSchema } from '../../../robot/sensors/sensor.schema.ts'

const HALF = Math.SQRT1_2
/** Camera 1 m above x 0.5, looking straight down: its x is the base's -y, its y the base's -x. */
const CAMERA: TransformStamped = {
  header: { stamp: stampOf(0), frame_id: 'base_link' },
  child_frame_id: 'camera_optical_frame',
  transform: { translation: { x: 0.5, y: 0, z: 1 }, rotation: { x: HALF, y: -HALF, z: 0, w: 0 } },
}

let clock: VirtualClock
let robot: RosNode
let host: RosNode
/** Stamp [s], then x, y, z [m]. */
let poses: number[][]
let refused: string[]

beforeEach(() => {
  clock = new VirtualClock()
  const graph = new MemoryDomain({ clock }).graph()
  robot = graph.createNode({ name: 'robot' })
  host = graph.createNode({ name: 'host' })
  poses = []
  refused = []
})

function listen(topic: string, sensor?: SensorDescription) {
  const stream = new RosStream(host)
  const baseFrames = ['base_link', 'world']
  const frames = new StreamFrames({ stream, baseFrames, sensor, now: () => clock.now() })
  readObjectMessages({
    ...{ stream, topic, sensor, frames },
    onPose: (stampS, { position }) =>
      poses.push([stampS, ...Array.from(position, (value) => Math.round(value * 1e9) / 1e9 + 0)]),
    onRejected: (reason) => refused.push(reason),
  })
}

const eye = (more: object) =>
  sensorSchema.parse({
    ...{ version: 1, name: 'eye', source: 'this test', rateHz: [30, 30], delayS: [0, 0] },
    ...more,
  })

function poseIn(frame_id: string, x: number, y: number, z: number): PoseStamped {
  return {
    header: { stamp: stampOf(5), frame_id },
    pose: { position: { x, y, z }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
  }
}

const latchCamera = () =>
  robot
    .publisher('tf2_msgs/msg/TFMessage', '/tf_static', LATCHED_QOS)
    .publish({ transforms: [CAMERA] })

describe('poses from ROS 2', () => {
  const send = async (pose: PoseStamped, qos = COMMAND_QOS) => {
    robot.publisher(MESSAGE_TYPE.poseStamped, '/object/pose', qos).publish(pose)
    await clock.advanceTo(clock.now() + 0.1)
  }

  it('are heard whoever published them', async () => {
    listen('/object/pose')
    await send(poseIn('/base_link', 0.4, 0.1, 0), SENSOR_QOS)
    await send(poseIn('world', 0.4, 0.1, 0), LATCHED_QOS)
    expect(poses).toEqual([
      [5, 0.4, 0.1, 0],
      [5, 0.4, 0.1, 0],
    ])
  })

  it('of a camera are placed by a static transform, also one published long before', async () => {
    latchCamera()
    await clock.advanceTo(1)
    listen('/object/pose')
    await clock.advanceTo(2)
    // 0.1 to the camera's right, 0.2 down its image, on the table.
    await send(poseIn('camera_optical_frame', 0.1, 0.2, 1))
    expect(poses).toEqual([[5, 0.3, -0.1, 0]])
  })

  it('of a camera that only the sensor’s description knows are placed too', async () => {
    const cam = { positionM: [0.5, 0, 1], rpyRad: [0, 0, Math.PI / 2] }
    listen('/object/pose', eye({ frames: { cam } }))
    await send(poseIn('cam', 0.1, 0.2, 0))
    expect(poses).toEqual([[5, 0.3, 0.1, 1]])
  })

  it('of a camera on the hand are placed by where that was when they were taken', async () => {
    listen('/object/pose')
    const tf = robot.publisher('tf2_msgs/msg/TFMessage', '/tf', TF_QOS)
    const { transform } = CAMERA
    // 0.3 m/s, until the pose is taken and 0.1 s longer.
    for (let k = 0; k <= 20; k++) {
      const translation = { ...transform.translation, x: 0.5 + 0.3 * (0.01 * k - 0.1) }
      const header = { stamp: stampOf(4.9 + 0.01 * k), frame_id: 'base_link' }
      tf.publish({ transforms: [{ ...CAMERA, header, transform: { ...transform, translation } }] })
    }
    await clock.advanceTo(clock.now() + 0.1)
    await send(poseIn('camera_optical_frame', 0.1, 0.2, 1))
    expect(poses).toEqual([[5, 0.3, -0.1, 0]])
    const later = poseIn('camera_optical_frame', 0.1, 0.2, 1)
    await send({ ...later, header: { ...later.header, stamp: stampOf(7) } })
    expect(poses).toHaveLength(1)
    expect(refused).toEqual(['frame'])
  })

  it('of a frame that nobody places are refused', async () => {
    listen('/object/pose')
    await send(poseIn('somewhere', 0.1, 0.2, 0))
    expect(poses).toEqual([])
    expect(refused).toEqual(['frame'])
  })
})

describe('a tag', () => {
  const corner = { x: 0, y: 0 }
  const detection = (more = {}) => ({
    ...{ family: 'tag36h11', id: 4, hamming: 0, goodness: 0, decision_margin: 60 },
    ...{ centre: corner, corners: [corner, corner, corner, corner] },
    homography: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    ...more,
  })
  const detect = (timeS: number, ...found: ReturnType<typeof detection>[]) =>
    robot
      .publisher('apriltag_msgs/msg/AprilTagDetectionArray', '/detections', COMMAND_QOS)
      .publish({
        header: { stamp: stampOf(timeS), frame_id: 'camera_optical_frame' },
        detections: found,
      })
  const transform = (timeS: number, x: number) =>
    robot.publisher('tf2_msgs/msg/TFMessage', '/tf', TF_QOS).publish({
      transforms: [
        {
          header: { stamp: stampOf(timeS), frame_id: 'camera_optical_frame' },
          child_frame_id: 'tag36h11:4',
          transform: { translation: { x, y: 0, z: 1 }, rotation: { x: 0, y: 0, z: 0, w: 1 } },
        },
      ],
    })
  const settle = () => clock.advanceTo(clock.now() + 0.01)

  beforeEach(async () => {
    latchCamera()
    listen('/detections', eye({ message: { kind: 'tags', id: 4, frame: 'tag36h11:4' } }))
    await settle()
  })

  it('is where /tf says, with the stamp of its image, once both have come in either order', async () => {
    detect(1, detection())
    await settle()
    expect(poses).toEqual([])
    transform(1, 0.1)
    await settle()
    transform(2, 0.2)
    await settle()
    detect(2, detection())
    await settle()
    expect(poses).toEqual([
      [1, 0.5, -0.1, 0],
      [2, 0.5, -0.2, 0],
    ])
  })

  it('is not seen when its detection is of another tag, or unsure', async () => {
    detect(1, detection({ id: 5 }))
    transform(1, 0.1)
    detect(2, detection({ hamming: 3 }))
    transform(2, 0.1)
    await settle()
    expect(poses).toEqual([])
    expect(refused).toEqual(['notSeen', 'uncertain'])
  })
})
