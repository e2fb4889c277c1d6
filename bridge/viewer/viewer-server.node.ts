import type { Server } from 'node:http'
import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server'
import type { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'
import type { LiveFrame, ViewerScene } from './frames.ts'
import { LiveClients } from './live-clients.ts'
import { readPageFiles } from './page-files.node.ts'
import { type PageRequest, pageRequestSchema } from './requests.schema.ts'
import { createWebApp, listen, servePage } from './web-app.node.ts'

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
  const app = createWebApp(host)
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
