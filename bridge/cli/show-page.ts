import { type PageServerOptions, startPageServer } from '../viewer/page-server.node.ts'
import type { CommandContext } from './command.ts'

export interface ShownPage extends Pick<PageServerOptions, 'addOrders' | 'answers' | 'page'> {
  /** What the page may order, in words, and the token that it takes. */
  readonly orders?: { readonly what: string; readonly token: string | undefined }
}

/** Serves a page of the viewer that needs nothing live, until Ctrl-C; its address. */
export async function showPage(
  { options, out, signal }: CommandContext,
  { orders, ...shown }: ShownPage,
): Promise<string> {
  const server = await startPageServer({
    ...shown,
    host: options['host'] as string,
    port: options['port'] as number,
  })
  const { url } = server
  const orderUrl = orders?.token === undefined ? url : `${url}#token=${orders.token}`
  out.event({ type: 'ready', url, ...(orders && { orderUrl }) })
  out.line(`Viewer: ${url} (Ctrl-C ends it)`)
  if (orderUrl !== url) out.line(`To ${orders?.what}, open ${orderUrl}`)
  await aborted(signal)
  await server.close()
  return url
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
