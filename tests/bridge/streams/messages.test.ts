import { describe, expect, it } from 'vitest'
import { secondsOf, stampOf } from '../../../bridge/recording/ros-values.ts'
import {
  decodeMessage,
  jointState,
  MESSAGE_TYPE,
  messageType,
  poseStamped,
} from '../../../bridge/streams/messages.ts'

const header = { stamp: { sec: 12, nanosec: 500_000_000 }, frame_id: 'base' }
const pose = { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0, w: 1 } }

describe('decodeMessage', () => {
  it('takes a pose as rosbridge writes it', () => {
    const decoded = decodeMessage(MESSAGE_TYPE.poseStamped, { header, pose })
    expect(decoded).toEqual({ kind: 'message', message: { header, pose } })
  })

  it('takes the stamps of ROS 1', () => {
    const ros1 = { header: { seq: 4, stamp: { secs: 12, nsecs: 5 }, frame_id: 'base' }, pose }
    const decoded = decodeMessage(MESSAGE_TYPE.poseStamped, ros1)
    expect(decoded).toMatchObject({ message: { header: { stamp: { sec: 12, nanosec: 5 } } } })
  })

  it('reads null among joint values as a missing one', () => {
    const raw = { header, name: ['a', 'b'], position: [1, null], velocity: [], effort: [] }
    const decoded = decodeMessage(MESSAGE_TYPE.jointState, raw)
    expect(decoded).toMatchObject({ message: { position: [1, Number.NaN] } })
  })

  it.each([
    ['no object', MESSAGE_TYPE.poseStamped, 7],
    ['a missing header', MESSAGE_TYPE.poseStamped, { pose }],
    [
      'a coordinate as text',
      MESSAGE_TYPE.poseStamped,
      { header, pose: { ...pose, position: { x: '1', y: 0, z: 0 } } },
    ],
    [
      'a coordinate that is null',
      MESSAGE_TYPE.poseStamped,
      { header, pose: { ...pose, position: { x: null, y: 0, z: 0 } } },
    ],
    [
      'a zero quaternion',
      MESSAGE_TYPE.poseStamped,
      { header, pose: { ...pose, orientation: { x: 0, y: 0, z: 0, w: 0 } } },
    ],
    [
      'a negative nanosecond',
      MESSAGE_TYPE.poseStamped,
      { header: { ...header, stamp: { sec: 1, nanosec: -1 } }, pose },
    ],
    [
      'fewer positions than names',
      MESSAGE_TYPE.jointState,
      { header, name: ['a', 'b'], position: [1], velocity: [], effort: [] },
    ],
    ['a stop that is no boolean', MESSAGE_TYPE.bool, { data: 1 }],
  ] as const)('refuses %s', (_name, type, raw) => {
    expect(decodeMessage(type, raw).kind).toBe('malformed')
  })

  it('says which field is wrong', () => {
    expect(decodeMessage(MESSAGE_TYPE.bool, { data: 1 })).toMatchObject({
      reason: expect.stringMatching(/^data: /) as string,
    })
  })

  it('takes what our own constructors make, through JSON', () => {
    const made = [
      ['geometry_msgs/msg/PoseStamped', poseStamped(1.25, 'base', [0.1, 0.2, 0.3])],
      ['sensor_msgs/msg/JointState', jointState(1.25, ['a'], [0.5], [0])],
    ] as const
    for (const [type, message] of made) {
      const decoded = decodeMessage(type, JSON.parse(JSON.stringify(message)))
      expect(decoded).toEqual({ kind: 'message', message })
    }
  })
})

describe('message types', () => {
  it('are known by their names of ROS 1 and ROS 2', () => {
    expect(messageType('std_msgs/Bool')).toBe('std_msgs/msg/Bool')
    expect(messageType('std_msgs/msg/Bool')).toBe('std_msgs/msg/Bool')
    expect(messageType('std_msgs/Float64')).toBeNull()
    expect(messageType('toString')).toBeNull()
  })
})

describe('stamps', () => {
  it('keep the time to a nanosecond scale and never reach a whole second of nanoseconds', () => {
    expect(stampOf(3.25)).toEqual({ sec: 3, nanosec: 250_000_000 })
    expect(stampOf(2.9999999999)).toEqual({ sec: 3, nanosec: 0 })
    expect(secondsOf({ sec: 3, nanosec: 250_000_000 })).toBe(3.25)
  })
})
