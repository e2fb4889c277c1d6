import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { trainingProcess } from '../../policy/learning/run-lock.node.ts'
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
      const orphan = trainingProcess(training.path('stopped'))
      if (orphan !== undefined) process.kill(orphan, 'SIGKILL')
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
      await page.fill('#overrides', 'seed=often')
      await page.click('#start-button')
      await expect
        .poll(() => page.textContent('#start-note'), PATIENCE)
        .toMatch(/^Not done: CONFIG_SET_INVALID: .*seed/)
      await page.fill('#overrides', 'seed=7\n\nworkers=1\n')
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
      const { train } = parse(
        readFileSync(join(training.path('another'), 'config.yaml'), 'utf8'),
      ) as { train: object }
      expect(train).toMatchObject({ seed: 7, workers: 1 })
      await page.close()
      // 400: an override that nobody knows, 409: a second training; the page shows both.
      expect(complaints.filter((each) => !/400|409|CONNECTION_REFUSED|\.json/.test(each))).toEqual(
        [],
      )
      expect([...hosts].filter((host) => host !== '')).toEqual([
        new URL(ready['url'] as string).host,
        curves.host,
      ])
    })

    it('goes on from the page; when that is killed, the training is known as what it is', async () => {
      await run(...training.args('stopped', '--minutes', '0.02'))
      await run(...training.args('beside', '--minutes', '0.02'))
      const open = async () => {
        const program = start(['view', `${training.folder}/`, '--port', '0', '--json'])
        const ready = await program.event('ready')
        const { page } = await openPage(browser, ready['orderUrl'] as string)
        page.setDefaultTimeout(PATIENCE.timeout)
        await page.waitForSelector('#run-rows a')
        return { page, program }
      }
      const first = await open()
      expect(await barriers(first.page)).toEqual([])
      await first.page.click('#resume-stopped')
      await first.page.waitForSelector('#live-link:not([hidden])')
      expect(await first.page.textContent('#live-name')).toBe('stopped')
      // Held, since it ends by itself, with a checkpoint, once nobody reads what it writes.
      const trainer = trainingProcess(training.path('stopped'))!
      process.kill(trainer, 'SIGSTOP')
      first.program.child.kill('SIGKILL')
      await first.program.ended
      await first.page.close()

      const second = await open()
      const row = second.page.locator('tr', { hasText: 'stopped' })
      await expect.poll(() => row.textContent(), PATIENCE).toContain('being trained')
      expect(await second.page.locator('#resume-stopped').count()).toBe(0)
      expect(await second.page.isDisabled('#resume-beside')).toBe(true)
      expect(await second.page.isDisabled('#start-button')).toBe(true)
      process.kill(trainer, 'SIGINT')
      process.kill(trainer, 'SIGCONT')
      await second.page.waitForSelector('#resume-stopped:not([disabled])')
      expect(await row.textContent()).toContain('ago')
      await second.page.close()
      second.program.child.kill('SIGINT')
      expect(await second.program.ended).toBe(130)
    })
  },
)
