import type { ErrorCode } from '../../configs/load/error-codes.ts'

/** First word of a server on a thread of its own: where it can be reached, or why it did not start. */
export type ThreadStart =
  | { readonly kind: 'ready'; readonly url: string }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly hint: string | undefined
    }
