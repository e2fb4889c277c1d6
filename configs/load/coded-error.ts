import { ERROR_CODES, type ErrorCode } from './error-codes.ts'

export interface CodedErrorOptions {
  /** The next thing to try. */
  readonly hint?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The one error class: what was expected, what was found, where; and what to try next. */
export class CodedError extends Error {
  override readonly name = 'CodedError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }

  /** Exit code of a process that ends with this error (contract: 1, 2, 3, 4 or 130). */
  get exitCode(): number {
    return ERROR_CODES[this.code]
  }

  /** `CODE: message. Hint: …`, the one line a user sees. */
  get line(): string {
    return `${this.code}: ${this.message}.${this.hint === undefined ? '' : ` Hint: ${this.hint}`}`
  }
}

/**
 * The coded error that a caught value is, or was before it came from another thread: on the way it loses its
 * class, but neither code nor words. Undefined for any other error.
 */
export function asCodedError(caught: unknown): CodedError | undefined {
  if (caught instanceof CodedError) return caught
  if (!(caught instanceof Error) || caught.name !== 'CodedError') return undefined
  const { code, message, hint, details } = caught as Error & Partial<CodedError>
  if (code === undefined || !Object.hasOwn(ERROR_CODES, code)) return undefined
  return new CodedError(code, message, {
    ...(hint !== undefined && { hint }),
    ...(details !== undefined && { details }),
    cause: caught,
  })
}
