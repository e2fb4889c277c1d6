import type { Server } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { packageRoot } from '../../configs/load/load.node.ts'
import { listPageFiles } from './page-files.node.ts'
import { type Answers, createWebApp, listen, servePage } from './web-app.node.ts'

export interface PageServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The page to open, with its query: `demo/?policy=push-so101`. */
  readonly page: string
  /** What the page asks for beside its own files, by path: `/demo/policy.onnx`. */
  readonly answers: Answers
  /** Adds what the page may order. */
  readonly addOrders?: (app: Hono) => void
}

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves a page that needs nothing live. Throws BRIDGE_PORT_BUSY, and BRIDGE_OPTION_MISSING where the page
 * was not built.
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { addOrders, answers, host, page, port } = options
  const files = listPageFiles(join(packageRoot(), 'dist', 'viewer'))
  const app = createWebApp(host)
  app.get('/', async (context, next) => {
    const isThePage = page.startsWith('?') && new URL(context.req.url).search !== ''
    if (isThePage) return next()
    return context.redirect(`/${page}`)
  })
  for (const [path, answer] of Object.entries(answers)) app.get(path, answer)
  addOrders?.(app)
  servePage(app, files)
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  const url = `${await listen(server, host, port)}${page}`
  return {
    url,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
