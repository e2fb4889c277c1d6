import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import rosmsg from '@foxglove/rosmsg'
import serialization from '@foxglove/rosmsg2-serialization'
import foxglove from '@foxglove/ws-protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { rosType } from '../../../bridge/recording/ros-types.ts'
import { FoxgloveClient } from '../../../bridge/streams/foxglove/client.ts'
import {
  type FoxgloveServer,
  type FoxgloveServerOptions,
  startFoxgloveServer,
} from '../../../bridge/streams/foxglove/server.ts'
import { MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'

/** Against @foxglove/ws-protocol, the reference implementation of client and server. */

const clock = new RealClock()
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function serve(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  const server = await startFoxgloveServer({ clock, name: 'a run', ...options })
  closers.push(() => server.close())
  return server
}

interface Advertised {
  readonly id: number
  readonly topic: string
  readonly encoding: string
  readonly schemaName: string
  readonly schema: string
}

/** The reference client, with all that it has heard. */
function connect(url: string, protocol = 'foxglove.websocket.v1') {
  const socket = new WebSocket(url, [protocol])
  const client = new foxglove.FoxgloveClient({ ws: socket as never })
  closers.push(() => client.close())
  const channels = new Map<string, Advertised>()
  const messages: { subscriptionId: number; timestamp: bigint; data: ArrayBufferView }[] = []
  const statuses: { level: number; message: string }[] = []
  const infos: { name: string; capabilities: readonly string[] }[] = []
  client.on('serverInfo', (info) => infos.push(info))
  client.on('advertise', (list) => {
    for (const channel of list) channels.set(channel.topic, channel)
  })
  client.on('message', (message) => messages.push(message))
  client.on('status', (status) => statuses.push(status))
  client.on('error', () => {})
  return { socket, client, channels, messages, statuses, infos }
}

/** Waits, turn by turn of the event loop, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

const POSE = poseStamped(1_700_000_000.25, 'base', [0.2, -0.1, 0.02])
const pose = (server: FoxgloveServer) =>
  server.publish('/object/pose', 'geometry_msgs/PoseStamped', 1_700_000_000.5, POSE)

describe('a Foxglove server', () => {
  it('says who it is, and what it offers as it appears', async () => {
    const server = await serve()
    const { channels, infos } = connect(server.url)
    await until(() => infos.length > 0)
    expect(infos[0]).toMatchObject({ name: 'a run', capabilities: [] })
    pose(server)
    await until(() => channels.size > 0)
    expect(channels.get('/object/pose')).toMatchObject({
      encoding: 'cdr',
      schemaName: 'geometry_msgs/msg/PoseStamped',
      schemaEncoding: 'ros2msg',
    })
  })

  it('sends messages that the schema it gave decodes, with their time', async () => {
    const server = await serve()
    pose(server)
    const { client, channels, messages } = connect(server.url, 'foxglove.websocket.v1')
    await until(() => channels.size > 0)
    const channel = channels.get('/object/pose')!
    const id = client.subscribe(channel.id)
    while (messages.length === 0) {
      pose(server)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const { data, subscriptionId, timestamp } = messages[0]!
    expect(subscriptionId).toBe(id)
    expect(timestamp).toBe(1_700_000_000_500_000_000n)
    const reader = new serialization.MessageReader(rosmsg.parse(channel.schema, { ros2: true }))
    expect(JSON.parse(JSON.stringify(reader.readMessage(data)))).toEqual(POSE)
  })

  it('takes the subprotocol of the present Foxglove too, and none of another program', async () => {
    const { url } = await serve()
    const { socket } = connect(url, 'foxglove.sdk.v1')
    await once(socket, 'open')
    expect(socket.protocol).toBe('foxglove.sdk.v1')
    const other = new WebSocket(url, ['mqtt'])
    const [error] = (await once(other, 'error')) as [Error]
    expect(error.message).toContain('subprotocol')
  })

  it('gives late subscribers the newest of what is said seldom', async () => {
    const server = await serve({ latched: ['/object/pose'] })
    pose(server)
    const { client, channels, messages } = connect(server.url)
    await until(() => channels.size > 0)
    client.subscribe(channels.get('/object/pose')!.id)
    await until(() => messages.length > 0)
    expect(messages).toHaveLength(1)
  })

  it('stops sending when asked to', async () => {
    const server = await serve({ latched: ['/object/pose'] })
    pose(server)
    const { client, channels, messages, statuses } = connect(server.url)
    await until(() => channels.size > 0)
    const id = client.subscribe(channels.get('/object/pose')!.id)
    await until(() => messages.length > 0)
    client.unsubscribe(id)
    // The answer to nonsense shows that what came before has been dealt with.
    client.subscribe(999)
    await until(() => statuses.length > 0)
    pose(server)
    client.subscribe(998)
    await until(() => statuses.length > 1)
    expect(messages).toHaveLength(1)
    expect(statuses[0]).toMatchObject({ level: 2, message: 'no channel 999' })
  })

  it.each(['json', 'cdr'])(
    'takes the stop from a client in %s, and never its end',
    async (encoding) => {
      const stops: unknown[] = []
      const server = await serve({
        accepts: { '/emergency_stop': MESSAGE_TYPE.bool },
        onMessage: (_topic, _type, message) => stops.push(message),
      })
      const { client, infos, statuses } = connect(server.url)
      await until(() => infos.length > 0)
      expect(infos[0]!.capabilities).toEqual(['clientPublish'])
      const channel = client.advertise({
        topic: '/emergency_stop',
        encoding,
        schemaName: 'std_msgs/msg/Bool',
      })
      const write = (data: boolean) =>
        encoding === 'json'
          ? new TextEncoder().encode(JSON.stringify({ data }))
          : rosType('std_msgs/Bool').encode({ data })
      client.sendMessage(channel, write(true))
      client.sendMessage(channel, write(false))
      await until(() => statuses.length > 0)
      expect(stops).toEqual([{ data: true }])
      expect(statuses[0]!.message).toContain('never clear')
    },
  )

  it('refuses other topics, other types and bytes that are no message, and goes on', async () => {
    const server = await serve({ accepts: { '/emergency_stop': MESSAGE_TYPE.bool } })
    const { client, infos, statuses } = connect(server.url)
    await until(() => infos.length > 0)
    client.advertise({
      topic: '/joint_states',
      encoding: 'cdr',
      schemaName: 'sensor_msgs/msg/JointState',
    })
    client.advertise({
      topic: '/emergency_stop',
      encoding: 'cdr',
      schemaName: 'std_msgs/msg/Empty',
    })
    const id = client.advertise({
      topic: '/emergency_stop',
      encoding: 'cdr',
      schemaName: 'std_msgs/msg/Bool',
    })
    client.sendMessage(id, Uint8Array.of(1))
    client.sendMessage(77, Uint8Array.of(1))
    client.getParameters([])
    await until(() => statuses.length >= 5)
    expect(statuses.map(({ level }) => level)).toEqual([2, 2, 2, 2, 2])
    expect(server.numClients).toBe(1)
  })

  it('asks for its token', async () => {
    const { url } = await serve({ token: 'abc' })
    const stranger = new WebSocket(url, ['foxglove.sdk.v1'])
    const [error] = (await once(stranger, 'error')) as [Error]
    expect(error.message).toContain('401')
    const { infos } = connect(`${url}/?token=abc`)
    await until(() => infos.length > 0)
  })
})

describe('a Foxglove client', () => {
  /** The reference server with one channel of poses. */
  async function reference() {
    const server = new foxglove.FoxgloveServer({ name: 'a robot' })
    const sockets = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (offered) => server.handleProtocols(offered),
    })
    closers.push(() => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    })
    sockets.on('connection', (socket) => server.handleConnection(socket as never, 'client'))
    await once(sockets, 'listening')
    const { port } = sockets.address() as AddressInfo
    return { server, url: `ws://127.0.0.1:${port}` }
  }

  async function listen(url: string) {
    const client = new FoxgloveClient({ url, clock })
    closers.push(() => client.close())
    const seen: unknown[] = []
    client.subscribe('/object/pose', MESSAGE_TYPE.poseStamped, (message) => seen.push(message))
    await client.ready(5)
    return { client, seen }
  }

  it.each(['cdr', 'json'])(
    'reads a topic in %s that appears after it subscribed',
    async (encoding) => {
      const { server, url } = await reference()
      const { seen } = await listen(url)
      const subscribed = new Promise((resolve) => server.on('subscribe', resolve))
      const type = rosType('geometry_msgs/PoseStamped')
      const channel = server.addChannel({
        topic: '/object/pose',
        encoding,
        schemaName: 'geometry_msgs/msg/PoseStamped',
        schema: type.schema,
      })
      await subscribed
      const json = new TextEncoder().encode(JSON.stringify(POSE))
      server.sendMessage(channel, 1n, encoding === 'cdr' ? type.encode(POSE) : json)
      await until(() => seen.length > 0)
      expect(seen).toEqual([POSE])
    },
  )

  it('counts a topic of another type, and what is no message', async () => {
    const { server, url } = await reference()
    const { client, seen } = await listen(url)
    const subscribed = new Promise((resolve) => server.on('subscribe', resolve))
    const add = (schemaName: string) =>
      server.addChannel({ topic: '/object/pose', encoding: 'cdr', schemaName, schema: '' })
    add('std_msgs/msg/Bool')
    const channel = add('geometry_msgs/msg/PoseStamped')
    await subscribed
    server.sendMessage(channel, 1n, Uint8Array.of(0, 1, 0, 0))
    await until(() => client.counts.malformed > 0)
    expect(client.counts).toEqual({ malformed: 1, foreign: 1 })
    expect(seen).toEqual([])
  })
})
