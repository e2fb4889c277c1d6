/** The thread that serves Foxglove, away from the control loop. */
import { parentPort, workerData } from 'node:worker_threads'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { TOPICS } from '../../recording/topics.ts'
import { type FoxgloveServer, startFoxgloveServer } from './server.ts'
import type {
  FoxgloveWorkerStart,
  FromFoxgloveWorker,
  ToFoxgloveWorker,
} from './worker-messages.ts'

/** Said once, or seldom. */
const LATCHED = ['/goal/pose', '/safety/rule', '/robot_description']

const { steering, taken: takenBuffer, token, ...start } = workerData as FoxgloveWorkerStart
const taken = new Int32Array(takenBuffer)
const port = parentPort!

try {
  const server = await startFoxgloveServer({
    ...start,
    ...(token !== undefined && { token }),
    clock: new RealClock(),
    latched: LATCHED,
    rights: { control: Object.keys(start.accepts), steering },
    onMessage: (topic, type, message) => post({ kind: 'message', topic, type, message }),
  })
  port.on('message', (message: ToFoxgloveWorker) => {
    Atomics.add(taken, 0, 1)
    if (message.kind === 'messages') publish(server, message)
    else end(server)
  })
  post({ kind: 'ready', url: server.url })
} catch (error) {
  if (!(error instanceof CodedError)) throw error
  post({ kind: 'failed', code: error.code, message: error.message, hint: error.hint })
}

function publish(
  server: FoxgloveServer,
  { messages }: Extract<ToFoxgloveWorker, { kind: 'messages' }>,
): void {
  for (const { topic, epochS, message } of messages) {
    server.publish(topic, TOPICS[topic], epochS, message)
  }
}

function end(server: FoxgloveServer): void {
  port.close()
  server.close().catch((error: unknown) => {
    throw error
  })
}

function post(message: FromFoxgloveWorker): void {
  port.postMessage(message)
}
