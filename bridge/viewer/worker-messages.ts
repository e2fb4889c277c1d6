import type { ErrorCode } from '../../configs/load/error-codes.ts'
import type { LiveFrame, ViewerScene } from './frames.ts'
import type { PageRequest } from './requests.schema.ts'

export interface ViewerWorkerStart {
  readonly host: string
  readonly port: number
  readonly scene: ViewerScene
  readonly pageFolder: string
  /** One Int32: how many posted messages the worker has taken. */
  readonly taken: SharedArrayBuffer
}

export type ToViewerWorker =
  | { readonly kind: 'frame'; readonly frame: LiveFrame }
  | { readonly kind: 'close' }

export type FromViewerWorker =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'request'; readonly request: PageRequest }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly hint: string | undefined
    }
