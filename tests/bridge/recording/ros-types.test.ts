import { describe, expect, it } from 'vitest'
import { rosType } from '../../../bridge/recording/ros-types.ts'

describe('a ROS type', () => {
  it('is described with all its parts, the way rosbag2 writes it', () => {
    const { name, schema } = rosType('sensor_msgs/JointState')
    expect(name).toBe('sensor_msgs/msg/JointState')
    const sections = schema.split(`${'='.repeat(80)}\n`)
    expect(sections[0]).toContain('std_msgs/Header header')
    expect(sections[0]).toContain('float64[] position')
    expect(sections[1]).toMatch(
      /^MSG: std_msgs\/Header\nbuiltin_interfaces\/Time stamp\nstring frame_id/,
    )
    expect(sections[2]).toMatch(/^MSG: builtin_interfaces\/Time\nint32 sec\nuint32 nanosec/)
    expect(sections).toHaveLength(3)
  })

  it('encodes in CDR: little-endian header, then aligned fields', () => {
    const bytes = rosType('std_msgs/Header').encode({
      stamp: { sec: 1, nanosec: 0x0a0b0c0d },
      frame_id: 'base',
    })
    // XCDR1, little-endian: 00 01 00 00; int32; uint32; string length with its zero, text, zero.
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '00010000' + '01000000' + '0d0c0b0a' + '05000000' + '6261736500',
    )
  })

  it('gives back what it encoded', () => {
    const type = rosType('geometry_msgs/PoseStamped')
    const message = {
      header: { stamp: { sec: 5, nanosec: 6 }, frame_id: 'base' },
      pose: { position: { x: 1, y: -2, z: 0.5 }, orientation: { x: 0, y: 0, z: 0.6, w: 0.8 } },
    }
    const { header, pose } = type.decode(type.encode(message)) as typeof message
    expect({ header, pose }).toMatchObject(message)
  })
})
