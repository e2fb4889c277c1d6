/** The thread that serves the camera page and takes what it sees, away from the control loop. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { parentPort, workerData } from 'node:worker_threads'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { listPageFiles } from '../../viewer/page-files.node.ts'
import { MESSAGE_TYPE } from '../messages.ts'
import { startRosbridgeServer } from '../rosbridge/server.ts'
import type { ServedPage } from '../socket-server.ts'
import { TopicGraph } from '../topic-graph.ts'
import { CAMERA_TOPIC } from './camera-settings.ts'
import type { CameraWorkerStart, FromCameraWorker } from './worker-messages.ts'

const { host, pageFolder, port, settings, token } = workerData as CameraWorkerStart
/** OpenCV compiles WebAssembly, and makes functions of texts for its bindings. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; connect-src 'self' data: ws:; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'permissions-policy': 'camera=(self)',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

try {
  const graph = new TopicGraph()
  const server = await startRosbridgeServer({
    ...{ graph, host, port, clock: new RealClock(), pages: servedPages() },
    ...(token !== undefined && { token }),
    // One page at a time.
    rights: { control: [CAMERA_TOPIC] },
  })
  graph.subscribe(CAMERA_TOPIC, MESSAGE_TYPE.poseStamped, (message) => {
    post({ kind: 'pose', message })
  })
  parentPort!.on('message', () => {
    parentPort!.close()
    server.close().catch((error: unknown) => {
      throw error
    })
  })
  post({ kind: 'ready', url: server.url.replace('ws:', 'http:') })
} catch (error) {
  if (!(error instanceof CodedError)) throw error
  post({ kind: 'failed', code: error.code, message: error.message, hint: error.hint })
}

function servedPages(): ReadonlyMap<string, ServedPage> {
  const pages = new Map<string, ServedPage>()
  for (const [path, { path: file, type }] of listPageFiles(pageFolder)) {
    pages.set(path, { read: () => createReadStream(file), type, headers: HEADERS })
  }
  const page = pages.get('/camera.html')
  if (page === undefined) {
    throw new CodedError('BRIDGE_OPTION_MISSING', `no camera page in ${pageFolder}`, {
      hint: 'npm run build',
    })
  }
  const read = () => Readable.from([JSON.stringify(settings)])
  pages.set('/', page)
  return pages.set('/camera.json', { read, type: 'application/json', headers: HEADERS })
}

function post(message: FromCameraWorker): void {
  parentPort!.postMessage(message)
}
