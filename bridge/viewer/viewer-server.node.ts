import type { Server } from 'node:http'
import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server'
import type { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { TokenBucket } from '../streams/token-bucket.ts'
import {
  ControlDesk,
  type ControlDeskOptions,
  type DeskClient,
  type HandRequest,
} from './control-desk.ts'
import type { LiveFrame, ViewerScene } from './frames.ts'
import { LiveClients } from './live-clients.ts'
import { listPageFiles } from './page-files.node.ts'
import { type PageRequest, pageRequestSchema, type TrainingOrder } from './requests.schema.ts'
import { serveTraining, type TrainingControl } from './training-answers.node.ts'
import { createWebApp, listen, servePage } from './web-app.node.ts'

export interface ViewerServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly scene: ViewerScene
  /** Where the built page lies. */
  readonly pageFolder: string
  /** Of a run that pages may stop. */
  readonly control?: Pick<ControlDeskOptions, 'hasHand' | 'steering' | 'token'>
  /** The training whose arms are shown. */
  readonly training?: TrainingControl
  /** A page asks for something, and may. */
  readonly onRequest?: (request: LetThrough) => void
}

/** What pages ask for, those left out that may not. */
export type LetThrough =
  | Extract<PageRequest, { kind: 'newDraws' }>
  | HandRequest
  | { readonly kind: 'training'; readonly order: TrainingOrder }

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
/** What a page may ask: one that moves the arm says so some 20 times a second. A stop passes all the same. */
const REQUESTS_PER_S = 50
const BURST = 100

/**
 * Serves the page and sends every open one what is published. Throws BRIDGE_PORT_BUSY, and
 * BRIDGE_OPTION_MISSING where the page was not built.
 */
export async function startViewerServer(options: ViewerServerOptions): Promise<ViewerServer> {
  const { control, host, port, scene, pageFolder, training, onRequest = () => {} } = options
  const clients = new LiveClients(scene)
  const clock = new RealClock()
  const desk = control && new ControlDesk({ ...control, clock, onRequest })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES })
  const app = createWebApp(host)
  serveClients(app, { clients, clock, desk, onRequest })
  if (training !== undefined) {
    serveTraining(app, training, (order) => onRequest({ kind: 'training', order }))
  }
  servePage(app, listPageFiles(pageFolder))
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
      desk?.close()
      clients.close()
      sockets.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Served {
  readonly clients: LiveClients
  readonly clock: RealClock
  readonly desk: ControlDesk | undefined
  readonly onRequest: (request: LetThrough) => void
}

function serveClients(app: Hono, { clients, clock, desk, onRequest }: Served): void {
  app.get(
    '/live',
    upgradeWebSocket(() => {
      let client: WebSocket | undefined
      const member: DeskClient = { tell: (frame) => client?.send(JSON.stringify(frame)) }
      const bucket = new TokenBucket(clock, REQUESTS_PER_S, BURST)
      const leave = () => {
        if (client !== undefined) clients.remove(client)
        desk?.leave(member)
      }
      return {
        onOpen(_event, connection) {
          client = connection.raw as unknown as WebSocket
          if (clients.add(client)) desk?.join(member)
          else client.close(TOO_MANY, 'too many viewers')
        },
        onMessage({ data }, connection) {
          const request = parseRequest(data)
          if (request === undefined) connection.close(NOT_UNDERSTOOD, 'not a request')
          else if (!bucket.take() && request.kind !== 'stop') return
          else if (request.kind === 'newDraws') onRequest(request)
          else desk?.receive(member, request)
        },
        onClose: leave,
        onError: leave,
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
