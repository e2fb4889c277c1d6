import { type PageServerOptions, startPageServer } from '../viewer/page-server.node.ts'
import type { CommandContext } from './command.ts'

/** Serves a page of the viewer that computes by itself, until Ctrl-C; its address. */
export async function showPage(
  { options, out, signal }: CommandContext,
  shown: Pick<PageServerOptions, 'answers' | 'page'>,
): Promise<string> {
  const server = await startPageServer({
    ...shown,
    host: options['host'] as string,
    port: options['port'] as number,
  })
  out.event({ type: 'ready', url: server.url })
  out.line(`Viewer: ${server.url} (Ctrl-C ends it)`)
  await aborted(signal)
  await server.close()
  return server.url
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
