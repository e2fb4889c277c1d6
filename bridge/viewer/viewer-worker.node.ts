/** The viewer's thread: web server and broadcasting, away from the control loop. */
import { parentPort, workerData } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import { type LetThrough, startViewerServer, type ViewerServer } from './viewer-server.node.ts'
import type { FromViewerWorker, ToViewerWorker, ViewerWorkerStart } from './worker-messages.ts'

const start = workerData as ViewerWorkerStart
const taken = new Int32Array(start.taken)
const port = parentPort!

try {
  const onRequest = (request: LetThrough) => post({ kind: 'request', request })
  const { control, training, ...served } = start
  const server = await startViewerServer({
    ...served,
    ...(control && { control }),
    ...(training && { training }),
    onRequest,
  })
  port.on('message', (message: ToViewerWorker) => {
    Atomics.add(taken, 0, 1)
    if (message.kind === 'frame') server.publish(message.frame)
    else end(server)
  })
  post({ kind: 'ready', url: server.url })
} catch (error) {
  if (!(error instanceof CodedError)) throw error
  post({ kind: 'failed', code: error.code, message: error.message, hint: error.hint })
}

function end(server: ViewerServer): void {
  port.close()
  server.close().catch((error: unknown) => {
    throw error
  })
}

function post(message: FromViewerWorker): void {
  port.postMessage(message)
}
