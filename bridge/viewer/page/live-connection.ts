import type { Frame } from '../frames.ts'
import type { PageRequest } from '../requests.schema.ts'

export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface LiveConnectionOptions {
  readonly url: string
  readonly onFrame: (frame: Frame) => void
  readonly onState: (state: ConnectionState) => void
}

export interface LiveConnection {
  /** Asks the server; while there is no connection, nobody. */
  send(request: PageRequest): void
}

const FIRST_RETRY_MS = 400
const LONGEST_RETRY_MS = 4000

/** Keeps a WebSocket to the server; after a loss it tries again for ever, at growing intervals. */
export function connectLive(options: LiveConnectionOptions): LiveConnection {
  const { url, onFrame, onState } = options
  let retryMs = FIRST_RETRY_MS
  let current: WebSocket | undefined
  const connect = () => {
    const socket = new WebSocket(url)
    current = socket
    socket.addEventListener('open', () => {
      retryMs = FIRST_RETRY_MS
      onState('open')
    })
    socket.addEventListener('message', (event: MessageEvent<string>) => {
      onFrame(JSON.parse(event.data) as Frame)
    })
    socket.addEventListener('close', () => {
      onState('lost')
      setTimeout(connect, retryMs)
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 1.6)
    })
  }
  onState('connecting')
  connect()
  return {
    send(request) {
      if (current?.readyState === WebSocket.OPEN) current.send(JSON.stringify(request))
    },
  }
}
