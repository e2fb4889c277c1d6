import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barriers } from './axe.ts'
import { endPrograms, run, start } from './sim2arm-process.ts'
import { SmallTraining } from './small-training.ts'
import { browserPath, launchBrowser, openPage } from './viewer-browser.ts'

const PATIENCE = { timeout: 200_000 }

describe.skipIf(browserPath === undefined)(
  'a training in the viewer (needs Chromium: apt install chromium)',
  () => {
    const training = new SmallTraining()
    let browser: Browser

    beforeAll(async () => {
      browser = await launchBrowser()
    })

    afterAll(async () => {
      await browser?.close()
      await endPrograms()
      training.remove()
    })

    it('shows its arms as they play, its curves and ranges, and is held and ended from the page', async () => {
      const ranges = ['--set', 'curriculum.automatic={}', '--set', 'workers=1']
      const program = start(training.args('run', '--view', '127.0.0.1:0', ...ranges))
      const ready = await program.event('ready')
      const { page, complaints, hosts } = await openPage(browser, ready['url'] as string)
      page.setDefaultTimeout(PATIENCE.timeout)
      await page.waitForSelector('#connection[data-state=live]')
      expect(await page.textContent('#draws-count')).toBe('8 of its arms')
      expect(await page.isVisible('#new-draws')).toBe(false)
      expect(await barriers(page)).toEqual([])
      // The curves, without the token first: to look at.
      await page.click('#curves-link')
      await expect.poll(() => page.textContent('#updates'), PATIENCE).toMatch(/[1-9]/)
      expect(await page.isVisible('#orders')).toBe(false)
      expect(await page.locator('#ranges li').count()).toBeGreaterThan(10)
      await page.goto('about:blank')
      await page.goto(ready['orderUrl'] as string)
      await page.click('#hold')
      await page.waitForSelector('#connection[data-state=paused]')
      expect(await barriers(page)).toEqual([])
      await page.click('#hold')
      await page.waitForSelector('#connection[data-state=live]')
      await page.click('#end')
      await page.keyboard.press('Escape')
      expect(program.child.exitCode).toBe(null)
      await page.click('#end')
      await page.click('#end-dialog button[value=end]')
      expect(await program.ended).toBe(0)
      expect(program.events.at(-1)).toMatchObject({ type: 'result', stoppedBy: 'interrupted' })
      expect(existsSync(join(training.path('run'), 'checkpoints'))).toBe(true)
      await page.close()
      // Once it has ended, asking for more fails.
      expect(
        complaints.filter((each) => !/CONNECTION_REFUSED|run\.json|metrics\.json/.test(each)),
      ).toEqual([])
      expect([...hosts].filter((host) => host !== '')).toEqual([
        new URL(ready['url'] as string).host,
      ])
    })

    it('is one of a folder, from whose page its checkpoints are seen at work and another is started', async () => {
      await run(...training.args('before', '--minutes', '0.02'))
      const program = start(['view', `${training.folder}/`, '--port', '0', '--json'])
      const ready = await program.event('ready')
      const { page, complaints, hosts } = await openPage(browser, ready['url'] as string)
      page.setDefaultTimeout(PATIENCE.timeout)
      await page.waitForSelector('#run-rows a')
      expect(await page.isVisible('#start')).toBe(false)
      expect(await barriers(page)).toEqual([])
      await page.click('#run-rows a >> text=before')
      await expect.poll(() => page.textContent('#updates'), PATIENCE).toMatch(/[1-9]/)
      expect(await barriers(page)).toEqual([])
      await page.click('#checkpoint-links a')
      expect(await page.textContent('#policy option:checked')).toMatch(/^\d{7}\.ckpt$/)
      await expect.poll(() => page.textContent('#episode'), PATIENCE).toMatch(/[2-9]/)

      await page.goto(ready['orderUrl'] as string)
      await page.selectOption('#config', 'reach-so101')
      await page.fill('#name', 'before')
      await page.click('#start-button')
      await expect.poll(() => page.textContent('#start-note'), PATIENCE).toMatch(/already/)
      await page.fill('#name', 'another')
      await page.click('#start-button')
      await page.waitForSelector('#live-link:not([hidden])')
      expect(await page.isDisabled('#start-button')).toBe(true)
      expect(await barriers(page)).toEqual([])
      const curves = new URL(await page.locator('#live-link').evaluate(({ href }) => href))
      await page.goto(curves.href)
      await page.waitForSelector('#hold')
      program.child.kill('SIGINT')
      expect(await program.ended).toBe(130)
      expect(existsSync(join(training.path('another'), 'checkpoints'))).toBe(true)
      await page.close()
      expect(complaints.filter((each) => !/409|CONNECTION_REFUSED|\.json/.test(each))).toEqual([])
      expect([...hosts].filter((host) => host !== '')).toEqual([
        new URL(ready['url'] as string).host,
        curves.host,
      ])
    })
  },
)
