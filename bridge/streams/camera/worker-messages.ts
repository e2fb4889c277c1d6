import type { ErrorCode } from '../../../configs/load/error-codes.ts'
import type { PoseStamped } from '../messages.schema.ts'
import type { CameraSettings } from './camera-settings.ts'

export interface CameraWorkerStart {
  readonly host: string
  readonly port: number
  readonly token: string | undefined
  /** Where the built pages lie. */
  readonly pageFolder: string
  readonly settings: CameraSettings
}

export type FromCameraWorker =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'pose'; readonly message: PoseStamped }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly hint: string | undefined
    }
