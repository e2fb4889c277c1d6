import { on } from 'node:events'
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Frame } from '../../bridge/viewer/frames.ts'
import { barriers } from './axe.ts'
import { endPrograms, type Program, start } from './sim2arm-process.ts'
import {
  browserPath,
  canvasColors,
  openPage,
  useBrowser,
  type WatchedPage,
} from './viewer-browser.ts'

/** Slow machines are no fault. */
const PATIENCE = { timeout: 100_000 }

/** In the page as people read it: `0.0832 kg` by a parameter's name. */
const shownValue = (page: Page, name: string) => page.textContent(`li[data-name=${name}] .value`)

/** Moves the pointer; browsers tell a page of it with the next picture. */
async function pointAt(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.move(x, y)
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  )
}

/** Resolves when the server has drawn anew. */
async function nextDraws(url: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}live`)
  const drawn: number[] = []
  for await (const [text] of on(socket, 'message')) {
    const frame = JSON.parse(String(text)) as Frame
    if (frame.kind === 'draws') drawn.push(frame.episode)
    // The first one is the greeting's.
    if (drawn.length === 2) break
  }
  socket.terminate()
}

describe.skipIf(browserPath === undefined)(
  'a sample of draws in the viewer (needs Chromium: apt install chromium)',
  () => {
    const browser = useBrowser()
    const pages: Page[] = []

    afterEach(async () => {
      for (const page of pages.splice(0)) await page.close()
      await endPrograms()
    })

    async function view(...args: string[]): Promise<WatchedPage & { program: Program }> {
      const program = start(['view', '--sample', ...args, '--port', '0', '--json'])
      const ready = await program.event('ready')
      expect(program.events[0]).toEqual(ready)
      const watched = await openPage(browser(), ready['url'] as string)
      pages.push(watched.page)
      await watched.page.waitForSelector('#connection[data-state=live]')
      return { ...watched, program }
    }

    it('shows every draw with all that is drawn, asks nobody else and complains about nothing', async () => {
      const { page, complaints, hosts } = await view('wide', '--count', '4')
      expect(await page.textContent('#title')).toContain('wide')
      expect(await page.textContent('#worlds')).toBe('4')
      const names = await page
        .locator('#parameters li')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-name')))
      expect(new Set(names)).toContain('objectMassKg')
      expect(names.filter((name) => name === 'zeroOffsetRad')).toHaveLength(5)
      expect(await shownValue(page, 'objectMassKg')).toMatch(/^0\.[01]\d* kg$/)
      expect(await shownValue(page, 'tableTiltXRad')).toMatch(/^−?0\.0\d+ rad \(−?[012]\.\d°\)$/)
      await expect
        .poll(async () => (await canvasColors(page)).orange, PATIENCE)
        .toBeGreaterThan(0.01)
      const colors = await canvasColors(page)
      expect(colors.blue).toBeGreaterThan(0.0005)
      expect(colors.green).toBeGreaterThan(0.0005)
      expect(await barriers(page)).toEqual([])
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(page.url()).host])
    })

    it('lists the draw that is pointed at, keeps the one that is clicked', async () => {
      const { page } = await view('wide', '--count', '4', '--actor', 'still')
      // An episode is over before a slow machine has moved the pointer everywhere.
      await page.keyboard.press('Space')
      await page.waitForSelector('#connection[data-state=paused]')
      const seen = new Map<string, string>()
      const places = new Map<string, [number, number]>()
      const { width, height } = (await page.locator('#canvas').boundingBox())!
      for (let x = 0.1; x < 0.95; x += 0.15) {
        for (let y = 0.1; y < 0.95 && seen.size < 4; y += 0.15) {
          await pointAt(page, x * width, y * height)
          const title = (await page.textContent('#draw-title'))!
          seen.set(title, (await shownValue(page, 'objectMassKg'))!)
          places.set(title, [x * width, y * height])
        }
      }
      expect([...seen.keys()].sort()).toEqual(['Draw 1', 'Draw 2', 'Draw 3', 'Draw 4'])
      expect(new Set(seen.values()).size).toBe(4)
      const [x, y] = places.get('Draw 3')!
      await page.mouse.click(x, y)
      await pointAt(page, ...places.get('Draw 2')!)
      expect(await page.textContent('#draw-title')).toBe('Draw 2')
      await pointAt(page, width + 60, 300)
      expect(await page.textContent('#draw-title')).toBe('Draw 3')
      expect(await shownValue(page, 'objectMassKg')).toBe(seen.get('Draw 3'))
      await page.keyboard.press('ArrowRight')
      expect(await page.textContent('#draw-title')).toBe('Draw 4')
    })

    it('draws anew when it is asked to, not while it is paused', async () => {
      const { page } = await view('wide', '--count', '2', '--task', 'reach', '--seed', '3')
      const first = await shownValue(page, 'stiffness')
      await page.click('#new-draws')
      await expect.poll(() => shownValue(page, 'stiffness'), PATIENCE).not.toBe(first)
      await page.locator('#new-draws').blur()
      await page.keyboard.press('Space')
      await page.waitForSelector('#connection[data-state=paused]')
      const paused = await shownValue(page, 'stiffness')
      const time = await page.textContent('#sample-time')
      await nextDraws(page.url())
      expect(await shownValue(page, 'stiffness')).toBe(paused)
      expect(await page.textContent('#sample-time')).toBe(time)
      await page.keyboard.press('Space')
      await expect.poll(() => shownValue(page, 'stiffness'), PATIENCE).not.toBe(paused)
    })

    it.each(['push-tee', 'stack', 'reach'])('shows the objects of %s', async (task) => {
      const { page, complaints } = await view('wide', '--count', '2', '--task', task)
      await expect
        .poll(async () => (await canvasColors(page)).green, PATIENCE)
        .toBeGreaterThan(0.0005)
      const { blue } = await canvasColors(page)
      if (task === 'reach') expect(blue).toBeLessThan(0.0001)
      else expect(blue).toBeGreaterThan(0.0003)
      expect(complaints).toEqual([])
    })

    it('shows the episodes of an evaluation while they are played', async () => {
      const argv = ['eval', 'scripted', '--task', 'reach', '--episodes', '100000', '--json']
      const program = start([...argv, '--view', '127.0.0.1:0'])
      const { url } = await program.event('ready')
      const { page, complaints, hosts } = await openPage(browser(), url as string)
      await page.waitForSelector('#connection[data-state=live]')
      expect(await page.textContent('#source')).toBe('evaluation in rapier, scripted acting')
      expect(await page.textContent('#draws-count')).toBe('64 of 128 arms')
      expect(await page.textContent('#so-far')).toMatch(/^Episodes \d+ to \d+ of 100000/)
      expect(await page.isVisible('#new-draws')).toBe(false)
      expect(await barriers(page)).toEqual([])
      await page.close()
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(url as string).host])
      program.child.kill('SIGINT')
      expect(await program.ended).toBe(130)
    })

    it('ends with its result when it is interrupted', async () => {
      const { program } = await view('none', '--count', '1', '--arm', 'panda')
      program.child.kill('SIGINT')
      expect(await program.ended).toBe(130)
      expect(program.events.at(-1)).toMatchObject({
        type: 'result',
        randomization: 'none',
        task: 'push',
        arm: 'panda',
        actor: 'scripted',
        count: 1,
      })
    })
  },
)
