import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { RosbridgeSession, type Service } from './rosbridge-session.ts'
import type { TopicGraph } from './topic-graph.ts'

export interface RosbridgeServerOptions {
  /** What is served; messages of clients go into it. */
  readonly graph: TopicGraph
  readonly clock: EventClock
  /** Default: this machine only. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  readonly services?: Readonly<Record<string, Service>>
}

export interface RosbridgeServer {
  readonly host: string
  readonly port: number
  /** `ws://host:port` */
  readonly url: string
  readonly numClients: number
  /** Frames that slow clients never got. */
  readonly numDropped: number
  close(): Promise<void>
}

const MAX_CLIENTS = 32
const MAX_FRAME_BYTES = 1 << 20
/** What may wait for one client before frames are dropped, and how long that may last [s]. */
const MAX_WAITING_BYTES = 256 << 10
const MAX_SLOW_S = 5
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Serves a graph of topics as rosbridge v2 (JSON over WebSocket). Throws BRIDGE_PORT_BUSY. */
export async function startRosbridgeServer(
  options: RosbridgeServerOptions,
): Promise<RosbridgeServer> {
  const { host = '127.0.0.1', port = 0 } = options
  const http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' })
    response.end('rosbridge: connect with a WebSocket\n')
  })
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    verifyClient: ({ req }: { req: IncomingMessage }) => isAllowedOrigin(req, host),
  })
  const state = { numDropped: 0 }
  sockets.on('connection', (socket) => {
    if (sockets.clients.size > MAX_CLIENTS) socket.close(1013, 'too many clients')
    else serveClient(socket, options, () => state.numDropped++)
  })
  await new Promise<void>((resolve, reject) => {
    sockets.on('error', (cause) => reject(cannotListen(host, port, cause)))
    http.listen(port, host, resolve)
  })
  const address = http.address() as AddressInfo
  return {
    host,
    port: address.port,
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    get numClients() {
      return sockets.clients.size
    },
    get numDropped() {
      return state.numDropped
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function serveClient(
  socket: WebSocket,
  { graph, clock, services }: RosbridgeServerOptions,
  countDropped: () => void,
): void {
  let slowSinceS: number | null = null
  const send = (text: string): boolean => {
    if (socket.readyState !== socket.OPEN) return false
    if (socket.bufferedAmount <= MAX_WAITING_BYTES) {
      slowSinceS = null
      socket.send(text)
      return true
    }
    countDropped()
    slowSinceS ??= clock.now()
    if (clock.now() - slowSinceS > MAX_SLOW_S) socket.terminate()
    return false
  }
  const session = new RosbridgeSession({ graph, clock, send, ...(services && { services }) })
  socket.on('message', (bytes, isBinary) => {
    session.receive(isBinary ? '' : bytes.toString())
  })
  // A frame too large or broken ends that client; `close` follows.
  socket.on('error', () => socket.terminate())
  socket.on('close', () => session.close())
}

/**
 * A web page of another site may open sockets to this machine: browsers say where the page came from,
 * and only pages of this machine, or of the host we listen on, may move an arm.
 */
function isAllowedOrigin(request: IncomingMessage, host: string): boolean {
  const { origin } = request.headers
  if (origin === undefined) return true
  try {
    const { hostname } = new URL(origin)
    return LOOPBACK.has(hostname) || hostname === host
  } catch {
    return false
  }
}

function cannotListen(host: string, port: number, cause: Error): CodedError {
  return new CodedError('BRIDGE_PORT_BUSY', `cannot listen on ${host}:${port}`, {
    hint: 'is another program there? choose another port, or 0 for any',
    cause,
  })
}
