import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ZodType } from 'zod'
import { isSameText } from '../streams/socket-server.ts'

const MAX_ORDER_BYTES = 1024

export interface OrderOptions<Order> {
  readonly path: string
  readonly schema: ZodType<Order & { readonly token: string }>
  /** Who shows it is obeyed; undefined: everybody is. */
  readonly token: string | undefined
  /** Of an order; default 1024. */
  readonly maxBytes?: number
  answer(order: Order, context: Context): Response | Promise<Response>
}

/** Takes orders by POST; what is refused is answered with the reason, in words. */
export function serveOrders<Order>(
  app: Hono,
  { answer, maxBytes = MAX_ORDER_BYTES, path, schema, token }: OrderOptions<Order>,
): void {
  app.post(path, bodyLimit({ maxSize: maxBytes }), async (context) => {
    const asked: unknown = await context.req.json().catch(() => undefined)
    const parsed = schema.safeParse(asked)
    if (!parsed.success) return context.text('not an order', 400)
    const { token: shown, ...order } = parsed.data
    if (!isTrusted(shown, token)) {
      return context.text('that is not the token that the terminal shows', 403)
    }
    return answer(order as Order, context)
  })
}

/** @param token - undefined: everybody is trusted */
export function isTrusted(shown: string, token: string | undefined): boolean {
  return token === undefined || isSameText(shown, token)
}
