import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Frame } from '../../../bridge/viewer/frames.ts'
import {
  type LetThrough,
  startViewerServer,
  type ViewerServer,
} from '../../../bridge/viewer/viewer-server.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createFakeRun, fakeScene } from './fake-feed.ts'

const arm = loadArmDescription('so101')
const scene = fakeScene(arm)
const run = createFakeRun(arm)
const folder = mkdtempSync(join(tmpdir(), 'viewer-page-'))
const pageFolder = join(folder, 'page')
const requests: LetThrough[] = []
let server: ViewerServer

beforeAll(async () => {
  mkdirSync(join(pageFolder, 'assets'), { recursive: true })
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(pageFolder, 'assets', 'index-1.js'), 'export {}')
  writeFileSync(join(folder, 'secret.html'), 'secret')
  server = await startViewerServer({
    host: '127.0.0.1',
    port: 0,
    scene,
    pageFolder,
    onRequest: (request) => requests.push(request),
  })
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** Raw, because `fetch` tidies paths and sets its own Host. */
function get(path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(server.url)
  return new Promise<{ status: number | undefined; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const asked = request({ hostname, port, path, headers }, (response) => {
        response.resume()
        resolve({ status: response.statusCode, headers: response.headers })
      })
      asked.on('error', reject)
      asked.end()
    },
  )
}

function live(headers: Record<string, string> = {}): WebSocket {
  return new WebSocket(`${server.url.replace('http', 'ws')}live`, { headers })
}

async function outcome(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.once('unexpected-response', (_request, response) => {
      socket.terminate()
      resolve(String(response.statusCode))
    })
    socket.on('error', () => {})
  })
}

describe('startViewerServer', () => {
  it('serves the page with types, character set and a policy that lets nothing else load', async () => {
    const { status, headers } = await get('/')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    const script = await get('/assets/index-1.js')
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.headers['cache-control']).toContain('immutable')
  })

  it('gives nothing outside the page folder', async () => {
    for (const path of ['/../secret.html', '/%2e%2e/secret.html', '/assets/../../secret.html']) {
      expect((await get(path)).status, path).toBe(404)
    }
  })

  it('refuses requests in the name of another host', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403)
  })

  it('refuses WebSockets from pages of other origins', async () => {
    expect(await outcome(live({ origin: 'https://evil.example' }))).toBe('403')
    expect(await outcome(live({ origin: new URL(server.url).origin }))).toBe('open')
    expect(await outcome(live())).toBe('open')
  })

  it('sends scene, counts and then the states to a page that joins', async () => {
    const counts = { episodes: 1, successes: 1 }
    server.publish({ kind: 'episode', ...run.episode(0), counts })
    const socket = live()
    const frames: Frame[] = []
    const hasState = new Promise<void>((resolve) => {
      socket.on('message', (text) => {
        frames.push(JSON.parse(String(text)) as Frame)
        if (frames.length === 2) server.publish({ kind: 'state', ...run.stateAt(1) })
        if (frames.length === 3) resolve()
      })
    })
    await hasState
    socket.terminate()
    expect(frames.map(({ kind }) => kind)).toEqual(['scene', 'history', 'state'])
    expect(frames[2]).toMatchObject({ timeS: 1 })
  })

  it('hands on what a page asks for, and hangs up on anything else', async () => {
    const closedWith = async (message: string) => {
      const socket = live()
      await once(socket, 'open')
      socket.send(JSON.stringify({ kind: 'newDraws' }))
      socket.send(message)
      const [code] = await once(socket, 'close')
      return code as number
    }
    // 1008 of RFC 6455: against the rules.
    expect(await closedWith('{"kind":"formatDisk"}')).toBe(1008)
    expect(await closedWith('{"kind":"newDraws","count":2}')).toBe(1008)
    expect(await closedWith('not JSON')).toBe(1008)
    expect(requests).toEqual(Array.from({ length: 3 }, () => ({ kind: 'newDraws' })))
  })

  it('says which port is taken and how to choose another', async () => {
    const port = Number(new URL(server.url).port)
    await expect(
      startViewerServer({ host: '127.0.0.1', port, scene, pageFolder }),
    ).rejects.toMatchObject({
      code: 'BRIDGE_PORT_BUSY',
      message: expect.stringContaining(String(port)),
      hint: `choose another port, ${port + 1} say`,
    })
  })

  it('says how to build a page that is not there', async () => {
    const missing = startViewerServer({ host: '127.0.0.1', port: 0, scene, pageFolder: folder })
    await expect(missing).rejects.toMatchObject({
      code: 'BRIDGE_OPTION_MISSING',
      hint: 'npm run build',
    })
  })
})
