import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushMessages, writePush } from '../bridge/recording/recorded-push.ts'
import { barriers } from './axe.ts'
import { endPrograms, type Program, start } from './sim2arm-process.ts'
import { browserPath, launchBrowser, openPage } from './viewer-browser.ts'

const PATIENCE = { timeout: 100_000 }

describe.skipIf(browserPath === undefined)(
  'a recording in the viewer (needs Chromium: apt install chromium)',
  () => {
    let browser: Browser
    let folder: string
    let file: string
    let program: Program
    let url: string

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'sim2arm-view-'))
      file = join(folder, 'push.mcap')
      await writePush(file, await pushMessages(1))
      program = start(['view', file, '--port', '0', '--json'])
      url = (await program.event('ready'))['url'] as string
      browser = await launchBrowser()
    })

    afterAll(async () => {
      await browser?.close()
      await endPrograms()
      rmSync(folder, { recursive: true })
    })

    const timeS = async (page: Page) => Number.parseFloat((await page.textContent('#time-text'))!)

    it('plays, goes anywhere by its time line and the keyboard, and stands still between', async () => {
      const { page, complaints, hosts } = await openPage(browser, url)
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      await expect.poll(() => timeS(page), PATIENCE).toBeGreaterThan(0.1)
      await page.keyboard.press('Space')
      await page.waitForSelector('#connection[data-state=paused]')
      await page.keyboard.press('Home')
      expect(await timeS(page)).toBe(0)
      await page.keyboard.press('ArrowRight')
      expect(await timeS(page)).toBe(1)
      const distance = await page.textContent('#distance')
      // Two policy steps of 0.04 s.
      await page.keyboard.press('.')
      await page.keyboard.press('.')
      const steppedS = (await timeS(page)) - 1
      expect(steppedS).toBeGreaterThan(0)
      expect(steppedS).toBeLessThan(0.09)
      await page.keyboard.press(',')
      await page.keyboard.press('End')
      expect(await timeS(page)).toBeGreaterThan(7)
      expect(await page.textContent('#distance')).not.toBe(distance)
      expect(await page.isVisible('#wanted-legend')).toBe(true)
      await page.locator('#time').fill('1')
      expect(await page.textContent('#distance')).toBe(distance)
      await page.keyboard.press('-')
      expect(await page.inputValue('#speed')).toBe('0.5')
      expect(await barriers(page)).toEqual([])
      await page.close()
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(url).host])
    })

    it('is found by the address alone', async () => {
      const answer = await fetch(new URL('/', url))
      expect(answer.ok).toBe(true)
      expect(answer.url).toBe(url)
    })

    it('plays another run beside it on the same time line', async () => {
      const other = join(folder, 'other.mcap')
      await writePush(other, await pushMessages(2))
      const pair = start(['view', file, other, '--port', '0', '--json'])
      const { url: address } = await pair.event('ready')
      const { page, complaints } = await openPage(browser, address as string)
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      await page.keyboard.press('Space')
      await page.keyboard.press('Home')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('g')
      const shown = async () => [
        await page.textContent('#distance'),
        await page.textContent('#beside-distance'),
      ]
      // They begin with the same episode; the other one has a second.
      const [one, beside] = await shown()
      expect(one).toMatch(/\d mm$/)
      expect(beside).toBe(one)
      // The first has reached its goal by then, the other is on its way to its second.
      await page.locator('#time').fill('9')
      const [oneAtEnd, besideLater] = await shown()
      expect(oneAtEnd).not.toBe(one)
      expect(besideLater).not.toBe(oneAtEnd)
      await page.keyboard.press('End')
      expect(await timeS(page)).toBeGreaterThan(15)
      expect(await page.textContent('#beside-successes')).toBe('2 of 2 in the goal')
      expect(await barriers(page)).toEqual([])
      await page.close()
      expect(complaints).toEqual([])
      pair.child.kill('SIGINT')
      expect(await pair.ended).toBe(130)
    })

    it('ends with what it played', async () => {
      program.child.kill('SIGINT')
      expect(await program.ended).toBe(130)
      expect(program.events.at(-1)).toMatchObject({ type: 'result', isComplete: true })
    })
  },
)
