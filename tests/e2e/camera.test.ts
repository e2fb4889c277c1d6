import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secondsOf } from '../../bridge/recording/ros-values.ts'
import type { startCameraStream } from '../../bridge/streams/camera/camera-stream.node.ts'
import type { PoseStamped } from '../../bridge/streams/messages.schema.ts'
import { browserPath, openPage } from './viewer-browser.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'tag-images')
const DIST = new URL('../../dist/bridge/streams/camera/camera-stream.node.js', import.meta.url)
const [WIDTH, HEIGHT] = [640, 480]

interface Truth {
  readonly topM: number
  readonly sheetInBase: readonly [number, number, number]
  readonly views: Readonly<
    Record<string, { readonly object: { xM: number; yM: number; yawRad: number } }>
  >
}

/** A golden image as an endless film: what Chromium takes for a camera. */
function filmOf(view: string, file: string): void {
  const bytes = gunzipSync(readFileSync(join(GOLDEN, `${view}.pgm.gz`)))
  const luma = bytes.subarray(-WIDTH * HEIGHT)
  const frame = [Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(file, Buffer.concat([head, ...frame, ...frame]))
}

describe.skipIf(browserPath === undefined)('the camera page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-'))
  const film = join(folder, 'camera.y4m')
  let browser: Browser

  beforeAll(async () => {
    filmOf('front', film)
    browser = await chromium.launch({
      executablePath: browserPath!,
      args: [
        '--no-sandbox',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ],
    })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  it('finds the object in the arm’s base and sends where it is, with the age of its image', async () => {
    const truth = JSON.parse(readFileSync(join(GOLDEN, 'truth.json'), 'utf8')) as Truth
    const [xM, yM, yawRad] = truth.sheetInBase
    const { startCameraStream: start } = (await import(DIST.href)) as {
      startCameraStream: typeof startCameraStream
    }
    const camera = await start({
      host: '127.0.0.1',
      port: 0,
      settings: { tagId: 0, topM: truth.topM, sheet: { xM, yM, yawRad }, frame: 'base' },
    })
    const pose = new Promise<PoseStamped>((resolve) => {
      camera.stream.subscribe('/object/pose', 'geometry_msgs/msg/PoseStamped', resolve)
    })
    const { complaints, hosts, page } = await openPage(browser, camera.url)
    const { header, pose: found } = await pose
    const { object } = truth.views['front']!
    const { orientation: q, position: p } = found
    // One view tells the focal length within a few per cent: a millimetre or two here.
    expect(Math.hypot(p.x - object.xM, p.y - object.yM)).toBeLessThan(0.004)
    expect(p.z).toBeCloseTo(truth.topM, 9)
    expect(2 * Math.atan2(q.z, q.w)).toBeCloseTo(object.yawRad, 1)
    expect(header.frame_id).toBe('base')
    const ageS = (performance.timeOrigin + performance.now()) / 1000 - secondsOf(header.stamp)
    expect(ageS).toBeGreaterThan(-0.05)
    await page.waitForFunction('/Sees the object/.test(document.body.innerText)')
    expect([...hosts].map((host) => host.split(':')[0])).toEqual(['127.0.0.1'])
    expect(complaints).toEqual([])
    const squares = await page.locator('#sheet path').count()
    expect(squares).toBe(5)
    camera.close()
    await page.close()
  })
})
