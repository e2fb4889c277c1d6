import { afterEach, describe, expect, it } from 'vitest'
import type { RunState } from '../../bridge/viewer/frames.ts'
import type { StartViewerOptions, Viewer } from '../../bridge/viewer/start-viewer.node.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { createFakeRun, fakeScene } from '../bridge/viewer/fake-feed.ts'
import {
  browserPath,
  canvasColors,
  newPage,
  openPage,
  useBrowser,
  watchPage,
} from './viewer-browser.ts'

const arm = loadArmDescription('so101')
const built = new URL('../../dist/bridge/viewer/start-viewer.node.js', import.meta.url)
const ending: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function startViewer(options: Partial<StartViewerOptions> = {}): Promise<Viewer> {
  const module = (await import(
    built.href
  )) as typeof import('../../bridge/viewer/start-viewer.node.ts')
  const viewer = await module.startViewer({
    host: '127.0.0.1',
    port: 0,
    scene: fakeScene(arm),
    ...options,
  })
  ending.push(() => viewer.close())
  return viewer
}

/** Feeds a fake run at 25 Hz until the test ends. */
function feed(viewer: Viewer): void {
  const run = createFakeRun(arm)
  let timeS = 0
  const timer = setInterval(() => {
    timeS += 0.04
    viewer.state(run.stateAt(timeS))
  }, 40)
  ending.push(() => clearInterval(timer))
}

describe('startViewer', () => {
  it('drops states that its thread has no time for, and never waits', async () => {
    const viewer = await startViewer()
    const state = createFakeRun(arm).stateAt(0)
    for (let i = 0; i < 10_000; i++) viewer.state(state)
    // How many the thread takes meanwhile is a matter of load; a queue without an end would take them all.
    expect(viewer.droppedStates).toBeGreaterThan(5_000)
  })

  it('reports the death of its thread once and lets the caller go on', async () => {
    const lost: string[] = []
    let tell = () => {}
    const died = new Promise<void>((resolve) => {
      tell = resolve
    })
    const viewer = await startViewer({
      onLost: (error) => {
        lost.push(error.code)
        tell()
      },
    })
    // A number JSON cannot write: the thread fails on it.
    viewer.state({ timeS: 1n } as unknown as RunState)
    await died
    viewer.state(createFakeRun(arm).stateAt(0))
    viewer.status('still here')
    await viewer.close()
    expect(lost).toEqual(['BRIDGE_CONNECTION_LOST'])
  })

  it('names a port in use', async () => {
    const viewer = await startViewer()
    const port = Number(new URL(viewer.url).port)
    await expect(startViewer({ port })).rejects.toMatchObject({ code: 'BRIDGE_PORT_BUSY' })
  })
})

describe.skipIf(browserPath === undefined)(
  'viewer page (needs Chromium: apt install chromium)',
  () => {
    const browser = useBrowser()

    async function openWith(viewer: Viewer) {
      const watched = await openPage(browser(), viewer.url)
      ending.push(() => watched.page.close())
      return watched
    }

    it('shows arm, puck, goal and counts, asks nobody else and complains about nothing', async () => {
      const viewer = await startViewer()
      const run = createFakeRun(arm)
      for (let i = 0; i < 20; i++) viewer.episode(run.episode(i))
      const successes = Array.from({ length: 20 }, (_each, i) => run.episode(i)).filter(
        ({ isSuccess }) => isSuccess,
      ).length
      feed(viewer)
      const { page, complaints, hosts } = await openWith(viewer)
      await page.waitForSelector('#connection[data-state=live]')
      await expect.poll(() => page.textContent('#distance')).toContain('mm')
      expect(await page.textContent('#successes')).toBe(String(successes))
      expect(await page.textContent('#episodes')).toBe('20')
      expect(await page.textContent('#episode')).toBe('21')
      expect(await page.locator('#bars th').allTextContents()).toEqual([
        'policy',
        'scripted',
        'random',
        'still',
      ])
      expect(await page.locator('.uplot canvas').count()).toBe(2)
      await expect.poll(async () => (await canvasColors(page)).orange).toBeGreaterThan(0.02)
      // With software for a graphics card the puck may be a frame behind the arm.
      await expect.poll(async () => (await canvasColors(page)).blue).toBeGreaterThan(0.002)
      const colors = await canvasColors(page)
      expect(colors.distinct).toBeGreaterThan(500)
      expect(colors.green).toBeGreaterThan(0.002)
      viewer.episode({ episode: 20, finalDistanceM: 0.2, isSuccess: false })
      await expect.poll(() => page.textContent('#episodes')).toBe('21')
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(viewer.url).host])
    })

    it('draws the arm by its shapes until its mesh is there, and then as its maker made it', async () => {
      const viewer = await startViewer()
      const page = await newPage(browser())
      ending.push(() => page.close())
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      await page.route('**/*.glb', async (route) => {
        await released
        await route.continue()
      })
      const asked = page.waitForRequest('**/*.glb')
      const { complaints } = await watchPage(page, viewer.url)
      viewer.state(createFakeRun(arm).stateAt(0))
      await asked
      await expect.poll(async () => (await canvasColors(page)).orange).toBeGreaterThan(0.02)
      const picture = async () => (await page.locator('#canvas').screenshot()).toString('base64')
      // Nothing changes any more: what comes next is the mesh.
      let byShapes = ''
      const settles = async () => {
        const before = byShapes
        byShapes = await picture()
        return byShapes === before
      }
      await expect.poll(settles).toBe(true)
      release()
      await expect.poll(picture).not.toBe(byShapes)
      await expect.poll(async () => (await canvasColors(page)).orange).toBeGreaterThan(0.02)
      expect(complaints).toEqual([])
    })

    it('goes on with the shapes where the mesh cannot be had', async () => {
      const viewer = await startViewer()
      const page = await newPage(browser())
      ending.push(() => page.close())
      await page.route('**/*.glb', (route) => route.abort())
      const failed = page.waitForEvent('requestfailed')
      const { complaints } = await watchPage(page, viewer.url)
      feed(viewer)
      await failed
      await expect.poll(async () => (await canvasColors(page)).orange).toBeGreaterThan(0.02)
      // The browser says so itself; the page has nothing to add.
      expect(complaints.filter((each) => !/\.glb$|ERR_FAILED/.test(each))).toEqual([])
    })

    it('says when the connection is lost and goes on when the server is back', async () => {
      const first = await startViewer()
      feed(first)
      const { page } = await openWith(first)
      await page.waitForSelector('#connection[data-state=live]')
      await first.close()
      await page.waitForSelector('#connection[data-state=lost]')
      const second = await startViewer({ port: Number(new URL(first.url).port) })
      second.episode({ episode: 0, finalDistanceM: 0.01, isSuccess: true })
      feed(second)
      await page.waitForSelector('#connection[data-state=live]')
      await expect.poll(() => page.textContent('#episodes')).toBe('1')
    })

    it('stands still while it is paused with the space bar', async () => {
      const viewer = await startViewer()
      const run = createFakeRun(arm)
      const { page } = await openWith(viewer)
      viewer.state(run.stateAt(0))
      await expect.poll(() => page.textContent('#distance')).toContain('mm')
      const before = await page.textContent('#distance')
      await page.keyboard.press('Space')
      await page.waitForSelector('#connection[data-state=paused]')
      const moved = run.stateAt(5)
      const { position, quaternion } = moved.objects[0]!
      const [x, y, z] = position
      viewer.state({ ...moved, objects: [{ position: [x + 0.05, y, z], quaternion }] })
      viewer.status('the state is in before this')
      await page.waitForSelector('#notice:not([hidden])')
      expect(await page.textContent('#distance')).toBe(before)
      await page.keyboard.press('Space')
      await page.waitForSelector('#connection:not([data-state=paused])')
      viewer.state(moved)
      await expect.poll(() => page.textContent('#distance')).not.toBe(before)
    })
  },
)
