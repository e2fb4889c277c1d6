import type { ThreadStart } from '../threads/thread-start.ts'
import type { LiveFrame, ViewerScene } from './frames.ts'
import type { LetThrough, ViewerServerOptions } from './viewer-server.node.ts'

export interface ViewerWorkerStart {
  readonly host: string
  readonly port: number
  readonly scene: ViewerScene
  readonly pageFolder: string
  readonly control: ViewerServerOptions['control']
  readonly training: ViewerServerOptions['training']
  /** One Int32: how many posted messages the worker has taken. */
  readonly taken: SharedArrayBuffer
}

export type ToViewerWorker =
  | { readonly kind: 'frame'; readonly frame: LiveFrame }
  | { readonly kind: 'close' }

export type FromViewerWorker =
  | ThreadStart
  | { readonly kind: 'request'; readonly request: LetThrough }
