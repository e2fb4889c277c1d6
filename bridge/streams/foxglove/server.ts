import { ClientRights, type ClientRightsOptions } from '../client-rights.ts'
import type { MessageType } from '../messages.ts'
import { type SocketServer, type SocketServerOptions, startSocketServer } from '../socket-server.ts'
import { SUBPROTOCOLS } from './binary.ts'
import { ChannelList } from './channel-list.ts'
import { type ClientMessage, FoxgloveSession } from './session.ts'

export interface FoxgloveServerOptions extends SocketServerOptions {
  /** What Foxglove shows as the source. */
  readonly name: string
  /** Topics whose newest message a late subscriber gets at once. */
  readonly latched?: readonly string[]
  /** Topics that clients may publish, and their types; none without. */
  readonly accepts?: Readonly<Record<string, MessageType>>
  readonly rights?: Omit<ClientRightsOptions, 'clock'>
  readonly onMessage?: ClientMessage
}

export interface FoxgloveServer extends SocketServer {
  /**
   * To all who subscribed.
   * @param typeName - `sensor_msgs/JointState`
   * @param epochS - since 1970 [s]
   */
  publish(topic: string, typeName: string, epochS: number, message: unknown): void
}

/** Pages of Foxglove that read a local stream; the desktop program's page comes from a file. */
const FOXGLOVE_PAGES = ['https://app.foxglove.dev', 'https://studio.foxglove.dev', 'file://']

/** Serves ROS 2 messages (CDR) by the Foxglove WebSocket protocol. Throws BRIDGE_PORT_BUSY. */
export async function startFoxgloveServer(options: FoxgloveServerOptions): Promise<FoxgloveServer> {
  const { accepts = {}, clock, latched = [], name, onMessage = () => {}, origins = [] } = options
  const channels = new ChannelList()
  const sessions = new Set<FoxgloveSession>()
  const rights = new ClientRights({ clock, ...options.rights })
  const kept = new Set(latched)
  const info = {
    op: 'serverInfo' as const,
    name,
    capabilities: Object.keys(accepts).length > 0 ? ['clientPublish'] : [],
    supportedEncodings: ['cdr', 'json'],
    sessionId: String(Date.now()),
  }
  const server = await startSocketServer(
    { ...options, origins: [...FOXGLOVE_PAGES, ...origins] },
    {
      title: 'Foxglove',
      subprotocols: SUBPROTOCOLS,
      accept({ send }) {
        const session = new FoxgloveSession({ channels, rights, accepts, onMessage, info, send })
        sessions.add(session)
        return {
          receive: (frame) => session.receive(frame),
          close() {
            sessions.delete(session)
            session.close()
          },
        }
      },
    },
  )
  const publish: FoxgloveServer['publish'] = (topic, typeName, epochS, message) => {
    const opened = channels.open(topic, typeName)
    const readers: FoxgloveSession[] = []
    for (const session of sessions) {
      session.announce()
      if (session.wants(opened)) readers.push(session)
    }
    const isKept = kept.has(topic)
    if (readers.length === 0 && !isKept) return
    // Encoded once, however many read it.
    const timed = { epochS, payload: opened.type.encode(message) }
    if (isKept) opened.latest = timed
    for (const session of readers) session.deliver(opened, timed)
  }
  return Object.assign(server, { publish })
}
