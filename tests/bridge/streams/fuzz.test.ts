import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ClientRights } from '../../../bridge/streams/client-rights.ts'
import { ChannelList } from '../../../bridge/streams/foxglove/channel-list.ts'
import { startFoxgloveServer } from '../../../bridge/streams/foxglove/server.ts'
import { FoxgloveSession } from '../../../bridge/streams/foxglove/session.ts'
import { decodeMessage, MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { startRosbridgeServer } from '../../../bridge/streams/rosbridge/server.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { malformed, malformedBytes } from './malformed-frames.ts'
import { server as rosbridge } from './rosbridge-setup.ts'

const FRAMES = 4000
const POSE = poseStamped(1, 'base', [1, 2, 3])

const ROSBRIDGE_FRAMES = [
  { op: 'advertise', topic: '/flag', type: 'std_msgs/Bool' },
  { op: 'publish', topic: '/flag', msg: { data: true } },
  { op: 'publish', topic: '/place', msg: POSE },
  { op: 'subscribe', topic: '/flag', throttle_rate: 1, queue_length: 2, compression: 'cbor-raw' },
  { op: 'subscribe', topic: '/place', fragment_size: 64, compression: 'png' },
  { op: 'unsubscribe', topic: '/flag', id: 'a' },
  { op: 'call_service', service: '/rosapi/topics', args: {} },
  { op: 'call_service', service: '/rosapi/topic_type', args: { topic: '/flag' } },
  { op: 'advertise_service', service: '/mine', type: 'a/B' },
  { op: 'service_response', service: '/mine', id: 'x', result: true, values: {} },
  { op: 'fragment', id: 'f', data: '{"op":"fragment"', num: 0, total: 2 },
  { op: 'auth', mac: 'a', client: 'b', dest: 'c', rand: 'd', t: 1, level: 'e', end: 2 },
]

const FOXGLOVE_FRAMES = [
  { op: 'subscribe', subscriptions: [{ id: 1, channelId: 1 }] },
  { op: 'unsubscribe', subscriptionIds: [1] },
  {
    op: 'advertise',
    channels: [
      { id: 7, topic: '/goal/pose', encoding: 'cdr', schemaName: 'geometry_msgs/PoseStamped' },
    ],
  },
  { op: 'unadvertise', channelIds: [7] },
]

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

describe('malformed frames', () => {
  it('never throw in a rosbridge session, and only valid messages come through', () => {
    const random = new RandomStream(11, 0)
    const { graph, join } = rosbridge()
    graph.advertise('/flag', MESSAGE_TYPE.bool)
    graph.advertise('/place', MESSAGE_TYPE.poseStamped)
    let numSeen = 0
    for (const topic of ['/flag', '/place']) {
      graph.subscribeAny(topic, (type, message) => {
        numSeen++
        expect(decodeMessage(type, message).kind).toBe('message')
      })
    }
    const client = join()
    for (let k = 0; k < FRAMES; k++) client.made.receive(malformed(ROSBRIDGE_FRAMES, random))
    expect(numSeen).toBeGreaterThan(5)
    expect(client.sent.length).toBeGreaterThan(100)
    expect(({} as Record<string, unknown>)['topic']).toBeUndefined()
    // And it still serves.
    const other = join()
    other.receive({ op: 'subscribe', topic: '/flag' })
    graph.publish('/flag', MESSAGE_TYPE.bool, { data: false })
    expect(other.sent).toEqual([{ op: 'publish', topic: '/flag', msg: { data: false } }])
  })

  it('never throw in a Foxglove session, and only valid messages come through', () => {
    const random = new RandomStream(12, 0)
    const channels = new ChannelList()
    channels.open('/object/pose', 'geometry_msgs/PoseStamped')
    let [numSeen, numSent] = [0, 0]
    const session = new FoxgloveSession({
      channels,
      rights: new ClientRights({ clock: new VirtualClock() }),
      accepts: { '/goal/pose': MESSAGE_TYPE.poseStamped },
      onMessage: (_topic, type, message) => {
        numSeen++
        expect(decodeMessage(type, message).kind).toBe('message')
      },
      info: { op: 'serverInfo', name: '', capabilities: [] },
      send: () => numSent++ >= 0,
    })
    for (let k = 0; k < FRAMES; k++) {
      session.receive(JSON.stringify(FOXGLOVE_FRAMES[2]))
      session.receive(malformed(FOXGLOVE_FRAMES, random))
      session.receive(malformedBytes(random))
    }
    expect(numSent).toBeGreaterThan(FRAMES)
    expect(numSeen).toBeLessThan(FRAMES / 100)
  })

  it.each(['rosbridge', 'foxglove'])(
    'on the wire end at most the %s client that sent them',
    async (kind) => {
      const clock = new RealClock()
      const graph = new TopicGraph()
      const server =
        kind === 'rosbridge'
          ? await startRosbridgeServer({ graph, clock })
          : await startFoxgloveServer({ name: '', clock })
      closers.push(() => server.close())
      const random = new RandomStream(13, 0)
      for (let k = 0; k < 30; k++) {
        const socket = connect(server.port, '127.0.0.1')
        socket.on('error', () => {})
        const upgrade =
          'GET //[ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
        const isUpgraded = random.uniform() < 0.7
        socket.write(isUpgraded ? upgrade : upgrade.slice(0, Math.floor(random.uniform() * 150)))
        if (isUpgraded) await once(socket, 'data')
        const bytes = Buffer.from(malformedBytes(random))
        socket.end(bytes)
      }
      const good = new WebSocket(
        server.url,
        ['foxglove.sdk.v1'].slice(kind === 'rosbridge' ? 1 : 0),
      )
      closers.push(() => good.terminate())
      const answer = once(good, 'message') as Promise<[Buffer]>
      await once(good, 'open')
      good.send('nonsense')
      expect(JSON.parse(String((await answer)[0]))).toHaveProperty('op')
    },
  )

  it('of a client that talks too fast are not looked at, but for its stop', async () => {
    const clock = new RealClock()
    const graph = new TopicGraph()
    const server = await startRosbridgeServer({ graph, clock })
    closers.push(() => server.close())
    const stopped = new Promise((resolve) => {
      graph.subscribe('/emergency_stop', MESSAGE_TYPE.bool, ({ data }) => resolve(data))
    })
    const hasty = new WebSocket(server.url)
    closers.push(() => hasty.terminate())
    await once(hasty, 'open')
    for (let k = 0; k < 20_000; k++) hasty.send('{"op":"unadvertise","topic":"/x"}')
    hasty.send('{"op":"publish","topic":"/emergency_stop","msg":{"data":true}}')
    expect(await stopped).toBe(true)
    expect(server.numIgnored).toBeGreaterThan(1000)
  })
})
