import type { ThreadStart } from '../../threads/thread-start.ts'
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
  | ThreadStart
  | { readonly kind: 'pose'; readonly message: PoseStamped }
