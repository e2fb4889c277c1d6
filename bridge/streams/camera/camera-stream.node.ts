import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { packageRoot } from '../../../configs/load/load.node.ts'
import { readyUrl } from '../../threads/server-thread.node.ts'
import { MESSAGE_TYPE } from '../messages.ts'
import type { Stream } from '../stream.ts'
import { TopicGraph } from '../topic-graph.ts'
import { CAMERA_TOPIC, type CameraSettings } from './camera-settings.ts'
import type { CameraWorkerStart, FromCameraWorker } from './worker-messages.ts'

export interface CameraStreamOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly token?: string
  readonly settings: CameraSettings
}

/** What the page with the camera sends. */
export interface CameraStream {
  /** The page's address. */
  readonly url: string
  readonly stream: Stream
  close(): void
}

/**
 * Serves the camera page from a thread of its own. Throws BRIDGE_PORT_BUSY, and BRIDGE_OPTION_MISSING where the page
 * was not built. A thread that dies is a camera that falls silent: the arm holds.
 */
export async function startCameraStream(options: CameraStreamOptions): Promise<CameraStream> {
  const { host, port, settings, token } = options
  const pageFolder = join(packageRoot(), 'dist', 'viewer')
  const workerData: CameraWorkerStart = { host, pageFolder, port, settings, token }
  const worker = new Worker(new URL('./camera-worker.node.js', import.meta.url), { workerData })
  const graph = new TopicGraph()
  const url = await readyUrl(worker)
  // A thread without a listener for its errors would take the process with it.
  worker.on('error', () => undefined)
  worker.on('message', (message: FromCameraWorker) => {
    if (message.kind !== 'pose') return
    graph.publish(CAMERA_TOPIC, MESSAGE_TYPE.poseStamped, message.message)
  })
  const query = token === undefined ? '' : `?token=${token}`
  return { url: `${url}/${query}`, stream: graph, close: () => void worker.terminate() }
}
