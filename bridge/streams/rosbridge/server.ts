import { createHash } from 'node:crypto'
import { ClientRights, type ClientRightsOptions } from '../client-rights.ts'
import { epochNow as machineNow } from '../epoch-now.ts'
import { type Service, ServiceDirectory } from '../service-directory.ts'
import {
  isSameText,
  type SocketProtocol,
  type SocketServer,
  type SocketServerOptions,
  startSocketServer,
} from '../socket-server.ts'
import type { TopicGraph } from '../topic-graph.ts'
import { FrameEncoder } from './frame-encoder.ts'
import type { ClientOperation } from './operations.schema.ts'
import { rosapiServices } from './rosapi.ts'
import { RosbridgeSession } from './session.ts'

export interface RosbridgeServerOptions extends SocketServerOptions {
  /** What is served; messages of clients go into it. */
  readonly graph: TopicGraph
  readonly services?: Readonly<Record<string, Service>>
  /** What clients may publish; everything where nothing is said. */
  readonly rights?: Omit<ClientRightsOptions, 'clock'>
  /** Seconds since 1970; default this machine's clock. */
  readonly epochNow?: () => number
  /** Pages for browsers, by path. */
  readonly pages?: SocketProtocol['pages']
}

export type RosbridgeServer = SocketServer

/** Longest time between making a MAC and showing it [s]. */
const MAC_AGE_S = 5
/** Time that a client has to authenticate [s]. */
const STRANGER_S = 5
const POLICY_VIOLATION = 1008

/** Serves a graph of topics as rosbridge v2 (JSON and CBOR over WebSocket). Throws BRIDGE_PORT_BUSY. */
export function startRosbridgeServer(options: RosbridgeServerOptions): Promise<RosbridgeServer> {
  const { clock, graph, token } = options
  const epochNow = options.epochNow ?? machineNow
  const encoder = new FrameEncoder(epochNow)
  const rights = new ClientRights({ clock, ...options.rights })
  const services: ServiceDirectory = new ServiceDirectory(clock, {
    ...rosapiServices(graph, () => services.names(), epochNow),
    ...options.services,
  })
  const shared = { clock, graph, epochNow, encoder, rights, services }
  return startSocketServer(options, {
    title: 'rosbridge',
    ...(options.pages && { pages: options.pages }),
    admitsStrangers: true,
    accept({ isKnown, send, close }) {
      const authenticate = (operation: Auth) => isGenuine(operation, token ?? '', epochNow())
      const session = new RosbridgeSession({ ...shared, send, ...(!isKnown && { authenticate }) })
      const patience = clock.schedule(clock.now() + STRANGER_S, () => {
        if (!session.isWelcome) close(POLICY_VIOLATION, 'authenticate first')
      })
      return {
        receive: (frame) => session.receive(typeof frame === 'string' ? frame : ''),
        close() {
          patience.cancel()
          session.close()
        },
      }
    },
  })
}

type Auth = Extract<ClientOperation, { op: 'auth' }>

/** As rosauth has it: the SHA-512 of secret and fields one after another, made just now, not yet over. */
function isGenuine({ mac, client, dest, rand, t, level, end }: Auth, secret: string, nowS: number) {
  if (Math.abs(nowS - t) > MAC_AGE_S || nowS > end) return false
  const text = `${secret}${client}${dest}${rand}${t}${level}${end}`
  return isSameText(createHash('sha512').update(text).digest('hex'), mac.toLowerCase())
}
