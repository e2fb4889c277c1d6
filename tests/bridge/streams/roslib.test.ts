import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { rosType } from '../../../bridge/recording/ros-types.ts'
import { jointState, MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import {
  type RosbridgeServerOptions,
  startRosbridgeServer,
} from '../../../bridge/streams/rosbridge/server.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { type RosConnection, roslib } from './roslib-client.ts'

/** Our server against roslib, the client of RobotWebTools: it knows nothing of us. */

const { Ros, Service, Topic } = roslib
const clock = new RealClock()
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function serve(options: Partial<RosbridgeServerOptions> = {}) {
  const graph = new TopicGraph({ latched: ['/goal/pose'] })
  const server = await startRosbridgeServer({ graph, clock, ...options })
  closers.push(() => server.close())
  return { graph, server }
}

async function connect(url: string): Promise<RosConnection> {
  const ros = new Ros()
  ros.on('error', () => {})
  closers.push(() => ros.close())
  const connected = new Promise((resolve) => ros.once('connection', resolve))
  await ros.connect(url)
  await connected
  return ros
}

/** The first message of a topic. */
function first(ros: RosConnection, name: string, messageType: string, compression = 'none') {
  const topic = new Topic({ ros, name, messageType, compression, reconnect_on_close: false })
  return new Promise<Record<string, unknown>>((resolve) => {
    topic.subscribe((message) => resolve(message as Record<string, unknown>))
  })
}

const POSE = poseStamped(1_700_000_000.25, 'base', [0.2, -0.1, 0.02])
const STATE = jointState(1_700_000_000.5, ['pan', 'lift'], [0.5, Number.NaN], [-1.25, 3])

describe('roslib', () => {
  it.each(['none', 'png', 'cbor'])('reads a pose with compression %s', async (compression) => {
    const { graph, server } = await serve()
    graph.publish('/goal/pose', MESSAGE_TYPE.poseStamped, POSE)
    const ros = await connect(server.url)
    const message = await first(ros, '/goal/pose', 'geometry_msgs/PoseStamped', compression)
    expect(message).toEqual(POSE)
  })

  it('reads joint states in CBOR as typed arrays, a missing value as NaN', async () => {
    const { graph, server } = await serve()
    const ros = await connect(server.url)
    const received = first(ros, '/joint_states', 'sensor_msgs/JointState', 'cbor')
    while (graph.typeOf('/joint_states') === null) await new Promise(setImmediate)
    graph.publish('/joint_states', MESSAGE_TYPE.jointState, STATE)
    const { position, velocity, name } = await received
    expect(position).toEqual(Float64Array.of(0.5, Number.NaN))
    expect(velocity).toEqual(Float64Array.of(-1.25, 3))
    expect(name).toEqual(['pan', 'lift'])
  })

  it('reads the bytes of ROS with compression cbor-raw', async () => {
    const { graph, server } = await serve()
    graph.publish('/goal/pose', MESSAGE_TYPE.poseStamped, POSE)
    const ros = await connect(server.url)
    const message = await first(ros, '/goal/pose', 'geometry_msgs/PoseStamped', 'cbor-raw')
    expect(Object.keys(message)).toEqual(['secs', 'nsecs', 'bytes'])
    expect(
      rosType('geometry_msgs/PoseStamped').decode(message['bytes'] as Uint8Array),
    ).toMatchObject({ pose: POSE.pose })
  })

  it('publishes, and lists what there is', async () => {
    const { graph, server } = await serve()
    const ros = await connect(server.url)
    const topic = new Topic({ ros, name: '/emergency_stop', messageType: 'std_msgs/Bool' })
    const stop = new Promise((resolve) => {
      graph.subscribe('/emergency_stop', MESSAGE_TYPE.bool, ({ data }) => resolve(data))
    })
    topic.publish({ data: true })
    expect(await stop).toBe(true)
    const listed = await new Promise((resolve) => {
      ros.getTopics((result) => resolve(result))
    })
    expect(listed).toEqual({ topics: ['/emergency_stop'], types: ['std_msgs/Bool'] })
    const type = await new Promise((resolve) => {
      ros.getTopicType('/emergency_stop', resolve)
    })
    expect(type).toBe('std_msgs/Bool')
    topic.unadvertise()
  })

  it('calls our services, and we and others call the ones that it offers', async () => {
    const { server } = await serve({
      services: { '/twice': (args) => ({ y: 2 * (args as { x: number }).x }) },
    })
    const [host, guest] = [await connect(server.url), await connect(server.url)]
    const call = (ros: RosConnection, name: string, args: object) =>
      new Promise((resolve, reject) => {
        new Service({ ros, name, serviceType: 'a/Number' }).callService(args, resolve, reject)
      })
    expect(await call(guest, '/twice', { x: 21 })).toEqual({ y: 42 })
    await expect(call(guest, '/nothing', {})).rejects.toContain('does not exist')
    const offered = new Service({ ros: host, name: '/negate', serviceType: 'a/Number' })
    await offered.advertiseAsync(async (request) => ({ y: -(request as { x: number }).x }))
    // Answered in order: the service is there once its host has had an answer.
    await call(host, '/twice', { x: 1 })
    expect(await call(guest, '/negate', { x: 5 })).toEqual({ y: -5 })
    await offered.unadvertise()
    await call(host, '/twice', { x: 1 })
    await expect(call(guest, '/negate', { x: 5 })).rejects.toContain('does not exist')
  })

  it('needs the token: in the address, or as a MAC made just now', async () => {
    const token = 'correct horse'
    const { graph, server } = await serve({ token })
    graph.publish('/goal/pose', MESSAGE_TYPE.poseStamped, POSE)
    const known = await connect(`${server.url}/?token=${encodeURIComponent(token)}`)
    expect(await first(known, '/goal/pose', 'geometry_msgs/PoseStamped')).toEqual(POSE)

    const stranger = await connect(server.url)
    const refusal = new Promise((resolve) => stranger.once('status:x', resolve))
    stranger.setStatusLevel('error', 'x')
    expect(await refusal).toMatchObject({ msg: 'authenticate first' })

    const t = Math.floor(Date.now() / 1000)
    const mac = (secret: string) =>
      createHash('sha512')
        .update(`${secret}::1::1r${t}user${t + 60}`)
        .digest('hex')
    stranger.authenticate(mac('wrong'), '::1', '::1', 'r', t, 'user', t + 60)
    stranger.authenticate(mac(token), '::1', '::1', 'r', t, 'user', t + 60)
    expect(await first(stranger, '/goal/pose', 'geometry_msgs/PoseStamped')).toEqual(POSE)
  })
})
