/** Entry of the process with the rough clients of a Foxglove server (see `startRoughClients`). */
import { WebSocket } from 'ws'

export interface RoughClientsStart {
  readonly url: string
  /** How many, shared out evenly among the kinds. */
  readonly count: number
}

const NUM_CHANNELS = 32
const HASTE_MS = 1
const ANEW_MS = 200
const VAST = 'x'.repeat(900_000)

const { count, url } = JSON.parse(process.argv[2]!) as RoughClientsStart

/** Subscribes to everything, then never reads again. */
function slow(): void {
  const socket = open()
  socket.once('open', () => {
    const subscriptions = Array.from({ length: NUM_CHANNELS }, (_, k) => ({
      id: k,
      channelId: k + 1,
    }))
    const timer = setInterval(
      () => socket.send(JSON.stringify({ op: 'subscribe', subscriptions })),
      ANEW_MS,
    )
    socket.on('close', () => clearInterval(timer))
    setTimeout(() => socket.pause(), 2 * ANEW_MS)
  })
}

/** Says nonsense as fast as it can. */
function hasty(): void {
  const socket = open()
  socket.on('open', () => every(socket, HASTE_MS, () => socket.send('{"op":"subscribe"}')))
}

/** Sends frames of nearly a megabyte. */
function vast(): void {
  const socket = open()
  socket.on('open', () => every(socket, ANEW_MS, () => socket.send(VAST)))
}

/** Comes and goes, and breaks the rules of the protocol while it is there. */
function fleeting(): void {
  const socket = open()
  socket.on('open', () => {
    socket.send(Buffer.alloc(64, 0xff))
    setTimeout(() => socket.terminate(), ANEW_MS)
  })
}

const KINDS = [slow, hasty, vast, fleeting]

function open(): WebSocket {
  const socket = new WebSocket(url, ['foxglove.sdk.v1'], { perMessageDeflate: false })
  socket.on('error', () => undefined)
  return socket
}

function every(socket: WebSocket, periodMs: number, act: () => void): void {
  const timer = setInterval(act, periodMs)
  socket.on('close', () => clearInterval(timer))
}

for (let k = 0; k < count; k++) KINDS[k % KINDS.length]!()
setInterval(fleeting, ANEW_MS)
process.send!('ready')
