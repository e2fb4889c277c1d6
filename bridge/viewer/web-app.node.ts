import { open } from 'node:fs/promises'
import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import { CodedError } from '../../configs/load/coded-error.ts'
import { isAllowedRequest } from './allowed-request.ts'
import type { PageFile } from './page-files.node.ts'

/** The page may load from here and nowhere else; the demo compiles WebAssembly. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** What is answered to a page that asks, by path. */
export type Answers = Readonly<Record<string, (request: Context) => Response | Promise<Response>>>

/** Answers those who may see it. */
export function createWebApp(host: string): Hono {
  const ownNames = [host, hostname().toLowerCase()]
  const app = new Hono()
  app.use(async (context, next) => {
    const { req } = context
    const headers = { host: req.header('host'), origin: req.header('origin') }
    if (!isAllowedRequest(headers, ownNames)) return context.text('Forbidden', 403)
    await next()
    return undefined
  })
  return app
}

/** Files by the path that they are asked for, read as they leave. */
export function servePage(app: Hono, files: ReadonlyMap<string, PageFile>): void {
  app.get('*', async (context): Promise<Response> => {
    const file = files.get(context.req.path)
    return file === undefined ? context.text('Not found', 404) : sendFile(context, file)
  })
}

/** A page that was built anew since the start has other files: those of before are not found. */
async function sendFile(context: Context, file: PageFile): Promise<Response> {
  const handle = await open(file.path).catch(() => undefined)
  if (handle === undefined) return context.text('Not found', 404)
  const { size } = await handle.stat()
  const bytes = Readable.toWeb(handle.createReadStream()) as ReadableStream
  return context.body(bytes, 200, {
    ...SECURITY_HEADERS,
    'content-type': file.type,
    'content-length': String(size),
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
}

/** The address of the page, once it can be opened. Throws BRIDGE_PORT_BUSY, BRIDGE_USAGE. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(listenError(cause, host, port))
    })
    server.listen(port, host, () => {
      const address = server.address()
      const open = typeof address === 'object' && address !== null ? address.port : port
      const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
      resolve(`http://${name.includes(':') ? `[${name}]` : name}:${open}/`)
    })
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): CodedError {
  if (cause.code === 'EADDRINUSE' || cause.code === 'EACCES') {
    const why = cause.code === 'EACCES' ? 'is not allowed here' : 'is in use'
    return new CodedError('BRIDGE_PORT_BUSY', `port ${port} on ${host} ${why}`, {
      hint: `choose another port, ${port < 1024 ? 8080 : port + 1} say`,
      cause,
    })
  }
  return new CodedError('BRIDGE_USAGE', `the viewer cannot listen on ${host}:${port}`, {
    hint: 'check --host',
    cause,
  })
}
