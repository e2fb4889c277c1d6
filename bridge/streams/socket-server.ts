import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock, ScheduledEvent } from '../../robot/model/clock.ts'
import { STOP_TOPIC } from './client-rights.ts'
import { TokenBucket } from './token-bucket.ts'

export interface SocketServerOptions {
  readonly clock: EventClock
  /** Default: this machine only. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Who knows it may come in: `?token=…`, or the header `authorization: Bearer …`. */
  readonly token?: string
  /** Web pages from elsewhere that may connect, such as `https://app.foxglove.dev`. */
  readonly origins?: readonly string[]
}

/** How a protocol speaks over the sockets. */
export interface SocketProtocol {
  /** What a browser reads here. */
  readonly title: string
  /** Pages for browsers, by path. */
  readonly pages?: ReadonlyMap<string, ServedPage>
  /** Subprotocols, the best first; without any, none is agreed on. */
  readonly subprotocols?: readonly string[]
  /** Whether clients without the token may open a socket all the same, to authenticate over it. */
  readonly admitsStrangers?: boolean
  accept(client: SocketClient): SocketSession
}

export interface ServedPage {
  readonly type: string
  /** Its content, anew for everybody who asks. */
  readonly read: () => Readable
  readonly headers?: Readonly<Record<string, string>>
}

/** One client of a server: what leaves is bounded, what is too much is dropped. */
export interface SocketClient {
  /** Whether it showed the token, or none is asked for. */
  readonly isKnown: boolean
  /** False when the wire is too slow and the frame was dropped. Never waits. */
  send(frame: string | Uint8Array): boolean
  close(code: number, reason: string): void
}

export interface SocketSession {
  receive(frame: string | Uint8Array): void
  close(): void
}

export interface SocketServer {
  readonly host: string
  readonly port: number
  /** `ws://host:port` */
  readonly url: string
  readonly numClients: number
  /** Frames that slow clients never got. */
  readonly numDropped: number
  /** Frames of hasty clients that were not looked at. */
  readonly numIgnored: number
  close(): Promise<void>
}

const MAX_CLIENTS = 32
const MAX_FRAME_BYTES = 1 << 20
/** What may wait for one client before frames are dropped, and how long that may last [s]. */
const MAX_WAITING_BYTES = 256 << 10
const MAX_SLOW_S = 5
/** What a client may say: a camera, joint states and set-points together stay far below. */
const FRAMES_PER_S = 1000
const BURST = 2000
/** A stop passes when everything else is too much; these are short. */
const STOPS_PER_S = 20
const MAX_STOP_CHARS = 512
const TRY_AGAIN_LATER = 1013
/** A client of which nothing, not even the answer to a ping, came for this long is gone [s]. */
const SILENCE_S = 10
const PING_PERIOD_S = 3
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Sockets of a protocol, with everything that keeps a server safe from its clients. Throws BRIDGE_PORT_BUSY. */
export async function startSocketServer(
  options: SocketServerOptions,
  protocol: SocketProtocol,
): Promise<SocketServer> {
  const { host = '127.0.0.1', port = 0, token, origins = [] } = options
  const { subprotocols } = protocol
  const http = createServer((request, response) => {
    const page = protocol.pages?.get(targetOf(request).pathname)
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': page.type, ...page.headers })
      // Whoever asked is told by the end of the connection.
      pipeline(page.read(), response, () => {})
      return
    }
    response.writeHead(426, { 'content-type': 'text/plain' })
    response.end(`${protocol.title}: connect with a WebSocket\n`)
  })
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => subprotocols?.find((each) => offered.has(each)) ?? false,
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      isAllowedOrigin(req, host, origins) &&
      (protocol.admitsStrangers === true || knowsToken(req, token)),
  })
  const counts = { numDropped: 0, numIgnored: 0 }
  sockets.on('connection', (socket, request) => {
    // A frame too large or broken ends that client; `close` follows.
    socket.on('error', () => socket.terminate())
    if (sockets.clients.size > MAX_CLIENTS) socket.close(TRY_AGAIN_LATER, 'too many clients')
    else
      serve(socket, { clock: options.clock, protocol, counts, isKnown: knowsToken(request, token) })
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
      return counts.numDropped
    },
    get numIgnored() {
      return counts.numIgnored
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

interface Serving {
  readonly clock: EventClock
  readonly protocol: SocketProtocol
  readonly counts: { numDropped: number; numIgnored: number }
  readonly isKnown: boolean
}

function serve(socket: WebSocket, { clock, protocol, counts, isKnown }: Serving): void {
  let slowSinceS: number | null = null
  const send = (frame: string | Uint8Array): boolean => {
    if (socket.readyState !== socket.OPEN) return false
    if (socket.bufferedAmount <= MAX_WAITING_BYTES) {
      slowSinceS = null
      socket.send(frame)
      return true
    }
    counts.numDropped++
    slowSinceS ??= clock.now()
    if (clock.now() - slowSinceS > MAX_SLOW_S) socket.terminate()
    return false
  }
  const session = protocol.accept({
    isKnown,
    send,
    close: (code, reason) => socket.close(code, reason),
  })
  const frames = new TokenBucket(clock, FRAMES_PER_S, BURST)
  const stops = new TokenBucket(clock, STOPS_PER_S, STOPS_PER_S)
  socket.on('message', (bytes: Buffer, isBinary) => {
    const frame = isBinary ? bytes : bytes.toString()
    if (frames.take() || (isStop(frame) && stops.take())) session.receive(frame)
    else counts.numIgnored++
  })
  socket.on('close', () => session.close())
  pingUntilSilent(socket, clock)
}

/** A machine that went away says no good-bye: its place among the clients is free again. */
function pingUntilSilent(socket: WebSocket, clock: EventClock): void {
  let heardS = clock.now()
  const hear = () => {
    heardS = clock.now()
  }
  const look = (): ScheduledEvent =>
    clock.schedule(clock.now() + PING_PERIOD_S, () => {
      if (clock.now() - heardS > SILENCE_S) {
        socket.terminate()
        return
      }
      socket.ping()
      timer = look()
    })
  let timer = look()
  for (const sign of ['message', 'pong'] as const) socket.on(sign, hear)
  socket.on('close', () => timer.cancel())
}

function isStop(frame: string | Uint8Array): boolean {
  return typeof frame === 'string' && frame.length < MAX_STOP_CHARS && frame.includes(STOP_TOPIC)
}

/**
 * A web page of another site may open sockets to this machine: browsers say where the page came from,
 * and only pages of this machine, of the host we listen on, or named ones may talk to an arm.
 */
function isAllowedOrigin(
  request: IncomingMessage,
  host: string,
  origins: readonly string[],
): boolean {
  const { origin } = request.headers
  if (origin === undefined || origins.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return LOOPBACK.has(hostname) || hostname === host
}

function knowsToken(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true
  const url = targetOf(request)
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  return isSameText(url.searchParams.get('token') ?? bearer ?? '', token)
}

/** What is asked for; the root where that is no address. */
function targetOf({ url = '/' }: IncomingMessage): URL {
  const root = 'http://host/'
  return new URL(URL.canParse(url, root) ? url : root, root)
}

/** In the same time whatever the texts are. */
export function isSameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function cannotListen(host: string, port: number, cause: Error): CodedError {
  return new CodedError('BRIDGE_PORT_BUSY', `cannot listen on ${host}:${port}`, {
    hint: 'is another program there? choose another port, or 0 for any',
    cause,
  })
}
