import { describe, expect, it } from 'vitest'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { messageCodec } from '../../../bridge/ros/message-codec.ts'
import { COMMAND_QOS, LATCHED_QOS, type Qos } from '../../../bridge/ros/qos.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

function setUp(latencyS = 0) {
  const clock = new VirtualClock()
  const domain = new MemoryDomain({ clock, latencyS, epochOffsetS: 100 })
  const graph = domain.graph()
  return { clock, domain, a: graph.createNode({ name: 'a' }), b: graph.createNode({ name: 'b' }) }
}

const depth = (n: number): Qos => ({ ...COMMAND_QOS, depth: n })

describe('a graph in memory', () => {
  it.each([
    [1, ['5']],
    [3, ['3', '4', '5']],
    [10, ['1', '2', '3', '4', '5']],
  ])('keeps the last %i of a burst for a receiver that was busy', async (n, expected) => {
    const { a, b, clock, domain } = setUp()
    const got: string[] = []
    const publisher = a.publisher('std_msgs/msg/String', '/t', COMMAND_QOS)
    b.subscribe('std_msgs/msg/String', '/t', depth(n), ({ data }) => void got.push(data))
    for (const data of ['1', '2', '3', '4', '5']) publisher.publish({ data })
    await clock.advanceTo(1)
    expect(got).toEqual(expected)
    expect(domain.topics.numDropped).toBe(5 - expected.length)
  })

  it.each([
    [1, ['3']],
    [2, ['2', '3']],
  ])('keeps the last %i of a latched topic for late comers', async (n, expected) => {
    const { a, b, clock } = setUp()
    const latched = { ...LATCHED_QOS, depth: n }
    const publisher = a.publisher('std_msgs/msg/String', '/t', latched)
    for (const data of ['1', '2', '3']) publisher.publish({ data })
    const got: string[] = []
    b.subscribe('std_msgs/msg/String', '/t', { ...LATCHED_QOS, depth: 10 }, ({ data }) => {
      got.push(data)
    })
    await clock.advanceTo(1)
    expect(got).toEqual(expected)
  })

  it('delivers later, after the latency, and values of the receiver’s own', async () => {
    const { a, b, clock } = setUp(0.003)
    const got: { timeS: number; data: ArrayLike<number> }[] = []
    const publisher = a.publisher('std_msgs/msg/Float64MultiArray', '/t', COMMAND_QOS)
    b.subscribe('std_msgs/msg/Float64MultiArray', '/t', COMMAND_QOS, ({ data }) => {
      got.push({ timeS: clock.now(), data })
    })
    const data = [1, 2]
    publisher.publish({ data })
    data[0] = 9
    expect(got).toEqual([])
    await clock.advanceTo(1)
    expect(got).toEqual([{ timeS: 0.003, data: Float64Array.of(1, 2) }])
  })

  it('has ROS time, and one node of a name per process', () => {
    const { a, clock, domain } = setUp()
    expect(a.now()).toBe(clock.now() + 100)
    const graph = domain.graph()
    graph.createNode({ name: 'a' })
    expect(() => graph.createNode({ name: 'a' })).toThrow(/node \/a/)
  })

  it('says nothing to a subscription that was closed while the message was on its way', async () => {
    const { a, b, clock } = setUp(0.01)
    const got: string[] = []
    const publisher = a.publisher('std_msgs/msg/String', '/t', COMMAND_QOS)
    const subscription = b.subscribe('std_msgs/msg/String', '/t', COMMAND_QOS, ({ data }) => {
      got.push(data)
    })
    publisher.publish({ data: 'x' })
    subscription.close()
    await clock.advanceTo(1)
    expect(got).toEqual([])
  })
})

describe('a message', () => {
  const encode = (type: string, message: unknown) => () => messageCodec(type).encode(message)

  it.each([
    ['std_msgs/msg/Bool', { data: 1 }, /\.data expected bool/],
    ['std_msgs/msg/Float64MultiArray', { data: 5 }, /\.data expected a list/],
    ['sensor_msgs/msg/JointState', { name: ['a', 2] }, /\.name\[1\] expected string/],
    [
      'sensor_msgs/msg/JointState',
      { header: { stamp: { sec: 0.5, nanosec: 0 } } },
      /stamp expected sec/,
    ],
    ['geometry_msgs/msg/PoseStamped', { pose: { position: { x: '1' } } }, /pose\.position\.x/],
    ['control_msgs/action/FollowJointTrajectory_Result', { error_code: 2 ** 31 }, /error_code/],
    ['std_msgs/msg/Nothing', {}, /no interface/],
    ['std_msgs/String', {}, /no interface/],
  ])('of type %s is not %j', (type, message, reason) => {
    expect(encode(type, message)).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_ROS_INTERFACE',
        message: expect.stringMatching(reason),
      }),
    )
  })

  it('that leaves fields out has them zero or empty', () => {
    const codec = messageCodec('control_msgs/action/FollowJointTrajectory_Goal')
    expect(codec.decode(codec.encode({}))).toMatchObject({
      trajectory: { header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' }, points: [] },
      path_tolerance: [],
      goal_time_tolerance: { sec: 0, nanosec: 0 },
    })
  })
})
