import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server'
import { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'
import { CodedError } from '../../configs/load/coded-error.ts'
import { isAllowedRequest } from './allowed-request.ts'
import type { LiveFrame, ViewerScene } from './frames.ts'
import { LiveClients } from './live-clients.ts'
import { type PageFile, readPageFiles } from './page-files.node.ts'
import { type PageRequest, pageRequestSchema } from './requests.schema.ts'

export interface ViewerServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly scene: ViewerScene
  /** Where the built page lies. */
  readonly pageFolder: string
  /** A page asks for something. */
  readonly onRequest?: (request: PageRequest) => void
}

export interface ViewerServer {
  readonly url: string
  publish(frame: LiveFrame): void
  close(): Promise<void>
}

/** The page may load from here and nowhere else. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Pages have little to say. */
const MAX_REQUEST_BYTES = 1024
/** Status codes of WebSockets (RFC 6455, section 7.4.1, and its registry): policy violation, try again later. */
const NOT_UNDERSTOOD = 1008
const TOO_MANY = 1013

/**
 * Serves the page and sends every open one what is published. Throws BRIDGE_PORT_BUSY, and
 * BRIDGE_OPTION_MISSING where the page was not built.
 */
export async function startViewerServer(options: ViewerServerOptions): Promise<ViewerServer> {
  const { host, port, scene, pageFolder, onRequest } = options
  const clients = new LiveClients(scene)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES })
  const app = createApp([host, hostname().toLowerCase()])
  serveClients(app, clients, onRequest)
  servePage(app, readPageFiles(pageFolder))
  const server = createAdaptorServer({
    fetch: app.fetch,
    // The two libraries differ only in whether optional properties may be undefined.
    websocket: { server: sockets as unknown as WebSocketServerLike },
  }) as Server
  const url = await listen(server, host, port)
  return {
    url,
    publish: (frame) => clients.publish(frame),
    async close() {
      clients.close()
      sockets.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Answers those who may see it. */
function createApp(ownNames: readonly string[]): Hono {
  const app = new Hono()
  app.use(async (context, next) => {
    const { req } = context
    const headers = { host: req.header('host'), origin: req.header('origin') }
    if (!isAllowedRequest(headers, ownNames)) return context.text('Forbidden', 403)
    await next()
    return undefined
  })
  return app
}

function serveClients(
  app: Hono,
  clients: LiveClients,
  onRequest: ((request: PageRequest) => void) | undefined,
): void {
  app.get(
    '/live',
    upgradeWebSocket(() => {
      let client: WebSocket | undefined
      return {
        onOpen(_event, connection) {
          client = connection.raw as unknown as WebSocket
          if (!clients.add(client)) client.close(TOO_MANY, 'too many viewers')
        },
        onMessage({ data }, connection) {
          const request = parseRequest(data)
          if (request === undefined) connection.close(NOT_UNDERSTOOD, 'not a request')
          else onRequest?.(request)
        },
        onClose: () => void (client && clients.remove(client)),
        onError: () => void (client && clients.remove(client)),
      }
    }),
  )
}

/** Undefined for anything that is not a request. */
function parseRequest(message: unknown): PageRequest | undefined {
  try {
    return pageRequestSchema.safeParse(JSON.parse(String(message))).data
  } catch {
    return undefined
  }
}

function servePage(app: Hono, files: ReadonlyMap<string, PageFile>): void {
  app.get('*', (context) => {
    const file = files.get(context.req.path)
    if (file === undefined) return context.text('Not found', 404)
    const keep = file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache'
    return context.body(file.bytes, 200, {
      ...SECURITY_HEADERS,
      'content-type': file.type,
      'cache-control': keep,
    })
  })
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(listenError(cause, host, port))
    })
    server.listen(port, host, () => {
      const address = server.address()
      const open = typeof address === 'object' && address !== null ? address.port : port
      const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
      resolve(`http://${name.includes(':') ? `[${name}]` : name}:${open}/`)
    })
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): CodedError {
  if (cause.code === 'EADDRINUSE' || cause.code === 'EACCES') {
    const why = cause.code === 'EACCES' ? 'is not allowed here' : 'is in use'
    return new CodedError('BRIDGE_PORT_BUSY', `port ${port} on ${host} ${why}`, {
      hint: `choose another one with --port ${port < 1024 ? 8080 : port + 1}`,
      cause,
    })
  }
  return new CodedError('BRIDGE_USAGE', `the viewer cannot listen on ${host}:${port}`, {
    hint: 'check --host',
    cause,
  })
}
