import type { RecordedMessage } from './topics.ts'

/** From the control process to its recorder. */
export type ToRecorder =
  | {
      readonly kind: 'start'
      readonly file: string
      readonly library: string
      readonly metadata: Readonly<Record<string, string>>
    }
  | { readonly kind: 'messages'; readonly messages: readonly RecordedMessage[] }
  | { readonly kind: 'end' }

/** And back: ready to take messages, the oldest batch taken, so many messages, or why it cannot go on. */
export type FromRecorder =
  | { readonly kind: 'ready' }
  | { readonly kind: 'taken'; readonly messages: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly reason: string }
