import type { RecordedMessage } from '../../recording/topics.ts'
import type { ThreadStart } from '../../threads/thread-start.ts'
import type { MessageType } from '../messages.ts'
import type { Steering } from '../shared-steering.ts'

export interface FoxgloveWorkerStart {
  readonly host: string
  readonly port: number
  readonly token: string | undefined
  /** What Foxglove shows as the source. */
  readonly name: string
  readonly accepts: Readonly<Record<string, MessageType>>
  readonly steering: Steering | undefined
  /** One Int32: how many posted batches the worker has taken. */
  readonly taken: SharedArrayBuffer
}

export type ToFoxgloveWorker =
  | { readonly kind: 'messages'; readonly messages: readonly RecordedMessage[] }
  | { readonly kind: 'close' }

export type FromFoxgloveWorker =
  | ThreadStart
  | {
      readonly kind: 'message'
      readonly topic: string
      readonly type: MessageType
      readonly message: unknown
    }
