import type { ErrorCode } from '../../configs/load/error-codes.ts'
import type { Counts, ViewerEpisode, ViewerScene, ViewerState } from './frames.ts'

export interface ViewerWorkerStart {
  readonly host: string
  readonly port: number
  readonly scene: ViewerScene
  readonly pageFolder: string
  /** One Int32: how many posted messages the worker has taken. */
  readonly taken: SharedArrayBuffer
}

export type ToViewerWorker =
  | { readonly kind: 'state'; readonly state: ViewerState }
  | { readonly kind: 'episode'; readonly episode: ViewerEpisode; readonly counts: Counts }
  | { readonly kind: 'status'; readonly text: string }
  | { readonly kind: 'close' }

export type FromViewerWorker =
  | { readonly kind: 'ready'; readonly url: string }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly hint: string | undefined
    }
