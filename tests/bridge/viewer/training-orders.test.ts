import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunAnswer } from '../../../bridge/viewer/training-run.ts'
import {
  type LetThrough,
  startViewerServer,
  type ViewerServer,
} from '../../../bridge/viewer/viewer-server.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { fakeScene } from './fake-feed.ts'

const TOKEN = 'shown-by-the-terminal'
const folder = mkdtempSync(join(tmpdir(), 'training-orders-'))
const requests: LetThrough[] = []
let server: ViewerServer

beforeAll(async () => {
  const pageFolder = join(folder, 'page')
  mkdirSync(pageFolder)
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>page</title>')
  server = await startViewerServer({
    ...{ host: '127.0.0.1', port: 0, pageFolder },
    scene: fakeScene(loadArmDescription('so101')),
    training: { folder, token: TOKEN },
    onRequest: (request) => void requests.push(request),
  })
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const order = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}training/order`, { method: 'POST', headers, body: JSON.stringify(body) })
const runAnswer = async () =>
  (await (await fetch(`${server.url}training/run.json`)).json()) as RunAnswer

describe('orders to a training', () => {
  it('are taken with the token, and told to every page', async () => {
    expect((await runAnswer()).live).toEqual({ needsToken: true, isHeld: false })
    expect((await order({ order: 'hold', token: TOKEN })).status).toBe(200)
    expect((await runAnswer()).live).toEqual({ needsToken: true, isHeld: true })
    expect((await order({ order: 'goOn', token: TOKEN })).status).toBe(200)
    expect(requests.splice(0)).toEqual([
      { kind: 'training', order: 'hold' },
      { kind: 'training', order: 'goOn' },
    ])
  })

  it('are refused without it, from elsewhere, and when they are none', async () => {
    expect((await order({ order: 'stop', token: '' })).status).toBe(403)
    expect((await order({ order: 'stop', token: `${TOKEN}.` })).status).toBe(403)
    const elsewhere = { origin: 'http://example.org' }
    expect((await order({ order: 'stop', token: TOKEN }, elsewhere)).status).toBe(403)
    expect((await order({ order: 'explode', token: TOKEN })).status).toBe(400)
    expect((await order({ order: 'stop', token: 'x'.repeat(5000) })).status).toBe(413)
    expect(requests).toEqual([])
  })
})
