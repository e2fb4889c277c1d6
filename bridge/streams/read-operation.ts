import type { z } from 'zod'

export type ReadOperation<Operation> =
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** What was expected, for the client; and what it sent, if that was JSON. */
  | { readonly kind: 'malformed'; readonly reason: string; readonly raw: unknown }

/** What a client asks for in a text frame, or why it is nothing that the protocol knows. */
export function readOperation<Operation>(
  schema: z.ZodType<Operation>,
  frame: string,
): ReadOperation<Operation> {
  let raw: unknown
  try {
    raw = JSON.parse(frame)
  } catch {
    return { kind: 'malformed', reason: 'expected JSON', raw: undefined }
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return { kind: 'operation', operation: parsed.data }
  const issue = parsed.error.issues[0]!
  const place = issue.path.map(String).join('.') || 'frame'
  return { kind: 'malformed', reason: `${place}: ${issue.message}`, raw }
}
