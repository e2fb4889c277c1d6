import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { RosbridgeClient } from '../../../bridge/streams/rosbridge/client.ts'
import {
  type RosbridgeServer,
  startRosbridgeServer,
} from '../../../bridge/streams/rosbridge/server.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'

const clock = new RealClock()
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function serve(graph = new TopicGraph(), port = 0): Promise<RosbridgeServer> {
  const server = await startRosbridgeServer({ graph, clock, port })
  closers.push(() => server.close())
  return server
}

async function connect(url: string) {
  const client = new RosbridgeClient({ url, clock })
  closers.push(() => client.close())
  await client.ready(5)
  return client
}

async function openSocket(url: string, origin?: string): Promise<WebSocket> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin })
  closers.push(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** Waits, turn by turn of the event loop, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

const POSE = poseStamped(4.5, 'base', [0.2, -0.1, 0.02])

describe('rosbridge over a socket', () => {
  it('carries messages both ways between a graph and a client', async () => {
    const graph = new TopicGraph({ latched: ['/goal/pose'] })
    graph.publish('/goal/pose', MESSAGE_TYPE.poseStamped, POSE)
    const server = await serve(graph)
    const client = await connect(server.url)
    const goals: unknown[] = []
    const stops: unknown[] = []
    client.subscribe('/goal/pose', MESSAGE_TYPE.poseStamped, (message) => goals.push(message))
    graph.subscribe('/emergency_stop', MESSAGE_TYPE.bool, (message) => stops.push(message))
    client.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: true })
    await until(() => goals.length > 0 && stops.length > 0)
    expect(goals).toEqual([POSE])
    expect(stops).toEqual([{ data: true }])
  })

  it('connects again after the server came back and subscribes again', async () => {
    const first = await startRosbridgeServer({ graph: new TopicGraph(), clock })
    const client = await connect(first.url)
    const seen: boolean[] = []
    client.subscribe('/flag', MESSAGE_TYPE.bool, ({ data }) => seen.push(data))
    await first.close()
    await until(() => !client.isConnected)
    client.publish('/other', MESSAGE_TYPE.empty, {})
    expect(client.counts.notConnected).toBe(1)

    const graph = new TopicGraph()
    const second = await serve(graph, first.port)
    await client.ready(10)
    await until(() => graph.topics().length === 2)
    graph.publish('/flag', MESSAGE_TYPE.bool, { data: true })
    await until(() => seen.length > 0)
    expect(seen).toEqual([true])
    expect(second.numClients).toBe(1)
    expect(graph.topics().map(({ name }) => name)).toEqual(['/other', '/flag'])
  })

  it('says that there is no server', async () => {
    const server = await startRosbridgeServer({ graph: new TopicGraph(), clock })
    await server.close()
    const client = new RosbridgeClient({ url: server.url, clock })
    closers.push(() => client.close())
    await expect(client.ready(0.05)).rejects.toMatchObject({ code: 'BRIDGE_CONNECTION_LOST' })
  })

  it('says that a port is taken', async () => {
    const { port } = await serve()
    await expect(serve(new TopicGraph(), port)).rejects.toMatchObject({ code: 'BRIDGE_PORT_BUSY' })
  })

  it('listens on this machine only unless told otherwise', async () => {
    const server = await serve()
    expect(server.url).toBe(`ws://127.0.0.1:${server.port}`)
  })

  it('refuses a web page of another site and takes one of this machine', async () => {
    const { url } = await serve()
    await expect(openSocket(url, 'https://example.com')).rejects.toThrow('401')
    await expect(openSocket(url, 'http://localhost:8080')).resolves.toBeDefined()
  })

  it('ends a client that sends a frame too large, and only that one', async () => {
    const server = await serve()
    const good = await openSocket(server.url)
    const bad = await openSocket(server.url)
    bad.on('error', () => undefined)
    bad.send('x'.repeat(2 << 20))
    await once(bad, 'close')
    good.send('{"op":"dance"}')
    const [answer] = (await once(good, 'message')) as [Buffer]
    expect(JSON.parse(answer.toString())).toMatchObject({ op: 'status', level: 'error' })
  })

  it('drops messages for a client that does not read, and serves the others', async () => {
    const graph = new TopicGraph()
    const server = await serve(graph)
    const stuck = await openSocket(server.url)
    const client = await connect(server.url)
    let numSeen = 0
    client.subscribe('/text', 'std_msgs/msg/String', () => numSeen++)
    stuck.send('{"op":"subscribe","topic":"/text"}')
    // An answer shows that the subscription before it has arrived.
    stuck.send('{"op":"dance"}')
    await once(stuck, 'message')
    stuck.pause()
    const data = 'x'.repeat(100_000)
    let numSent = 0
    while (server.numDropped === 0 && numSent < 2000) {
      graph.publish('/text', 'std_msgs/msg/String', { data })
      numSent++
      await until(() => numSeen === numSent)
    }
    expect(server.numDropped).toBeGreaterThan(0)
    expect(numSeen).toBe(numSent)
  })

  it('counts what a server sends that is no message, and goes on', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    closers.push(() => server.close())
    server.on('connection', (socket) => {
      for (const text of [
        'nonsense',
        '{"op":"publish","topic":"/flag","msg":{"data":"yes"}}',
        '{"op":"png","data":""}',
        '{"op":"publish","topic":"/flag","msg":{"data":true}}',
      ]) {
        socket.send(text)
      }
    })
    await once(server, 'listening')
    const client = new RosbridgeClient({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clock,
    })
    closers.push(() => client.close())
    const seen: boolean[] = []
    client.subscribe('/flag', MESSAGE_TYPE.bool, ({ data }) => seen.push(data))
    await until(() => seen.length > 0)
    expect(seen).toEqual([true])
    expect(client.counts.malformed).toBe(3)
  })

  it('gives up waiting for a server that accepts and then says nothing', async () => {
    const sockets: Socket[] = []
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    closers.push(() => {
      for (const socket of sockets) socket.destroy()
      mute.close()
    })
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const client = new RosbridgeClient({ url: `ws://127.0.0.1:${port}`, clock })
    closers.push(() => client.close())
    await expect(client.ready(0.1)).rejects.toMatchObject({ code: 'BRIDGE_CONNECTION_LOST' })
  })
})
