/** The viewer's thread: web server and broadcasting, away from the control loop. */
import { parentPort, workerData } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import { startViewerServer, type ViewerServer } from './viewer-server.node.ts'
import type { FromViewerWorker, ToViewerWorker, ViewerWorkerStart } from './worker-messages.ts'

const start = workerData as ViewerWorkerStart
const taken = new Int32Array(start.taken)
const port = parentPort!

try {
  const server = await startViewerServer(start)
  port.on('message', (message: ToViewerWorker) => {
    Atomics.add(taken, 0, 1)
    serve(server, message)
  })
  post({ kind: 'ready', url: server.url })
} catch (error) {
  if (!(error instanceof CodedError)) throw error
  post({ kind: 'failed', code: error.code, message: error.message, hint: error.hint })
}

function serve(server: ViewerServer, message: ToViewerWorker): void {
  switch (message.kind) {
    case 'state':
      server.publishState(message.state)
      break
    case 'episode':
      server.publishEpisode(message.episode, message.counts)
      break
    case 'status':
      server.publishStatus(message.text)
      break
    case 'close':
      port.close()
      server.close().catch((error: unknown) => {
        throw error
      })
  }
}

function post(message: FromViewerWorker): void {
  port.postMessage(message)
}
