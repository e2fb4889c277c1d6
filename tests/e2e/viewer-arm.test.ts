import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Viewer } from '../../bridge/viewer/start-viewer.node.ts'
import type { LetThrough } from '../../bridge/viewer/viewer-server.node.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { createFakeRun, fakeArmFacts, fakeArmState, fakeScene } from '../bridge/viewer/fake-feed.ts'
import { barriers } from './axe.ts'
import { browserPath, openPage, useBrowser } from './viewer-browser.ts'

const arm = loadArmDescription('so101')
const facts = fakeArmFacts(arm)
const TOKEN = 'shown-by-the-terminal'
const built = new URL('../../dist/bridge/viewer/start-viewer.node.js', import.meta.url)
/** Without a GPU, a page that draws 25 times a second leaves another nothing to begin with. */
const PERIOD_OF_TWO_S = 0.5
const PATIENCE = { timeout: 100_000 }
const ending: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** A viewer of a fake run that pages may stop and move, a state every so often; what they ask for. */
async function startRun(periodS = 0.04): Promise<{ viewer: Viewer; requests: LetThrough[] }> {
  const { startViewer } = (await import(
    built.href
  )) as typeof import('../../bridge/viewer/start-viewer.node.ts')
  const requests: LetThrough[] = []
  const viewer = await startViewer({
    ...{ host: '127.0.0.1', port: 0, scene: fakeScene(arm) },
    control: { hasHand: true, token: TOKEN },
    onRequest: (request) => void requests.push(request),
  })
  ending.push(() => viewer.close())
  viewer.arm(facts)
  viewer.intervention({ timeS: 1.5, rule: 'jointSpeed', joint: 'elbow_flex', tip: [0.2, 0, 0.05] })
  const run = createFakeRun(arm)
  let timeS = 0
  const timer = setInterval(() => {
    timeS += periodS
    const state = run.stateAt(timeS)
    viewer.state({ ...state, arm: fakeArmState(facts, state) })
  }, 1000 * periodS)
  ending.push(() => clearInterval(timer))
  return { viewer, requests }
}

describe.skipIf(browserPath === undefined)(
  'the arm in the viewer (needs Chromium: apt install chromium)',
  () => {
    const browser = useBrowser()

    async function openArm({ url }: Viewer, hash = `#token=${TOKEN}`) {
      const watched = await openPage(browser(), `${url}${hash}`)
      const { page } = watched
      page.setDefaultTimeout(PATIENCE.timeout)
      ending.push(() => page.close())
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      await page.click('#tab-arm')
      return watched
    }

    const kindsOf = (requests: readonly LetThrough[]) => requests.map(({ kind }) => kind)

    it('shows joints, servos, timing, sensor and when safety stepped in, for everybody', async () => {
      const { viewer } = await startRun()
      const { complaints, hosts, page } = await openArm(viewer)
      const rows = page.locator('#joint-rows tr')
      expect(await rows.count()).toBe(facts.joints.length)
      expect(await rows.nth(2).innerText()).toMatch(/elbow flex[\s\S]*61/)
      // What safety cut is marked, what is warm too.
      expect(await rows.nth(1).getAttribute('data-acting')).toBe('')
      expect(await rows.nth(2).locator('.is-warning').innerText()).toBe('61')
      expect(await page.textContent('#arm-missed')).toBe('3')
      expect(await page.textContent('#sensor-about')).toContain('rosbridge://127.0.0.1:9090')
      expect(await page.locator('#interventions li').innerText()).toMatch(
        /joint speed\s+elbow flex/,
      )
      expect(await barriers(page)).toEqual([])
      await page.click('#tab-task')
      expect(await barriers(page)).toEqual([])
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(viewer.url).host])
    })

    it('is for reading only without the token', async () => {
      const { requests, viewer } = await startRun()
      const { page } = await openArm(viewer, '')
      await expect.poll(() => page.textContent('#hand-note'), PATIENCE).toContain('Read only')
      expect(await page.isVisible('#take')).toBe(false)
      expect(await page.locator('.jog:visible').count()).toBe(0)
      expect(kindsOf(requests)).toEqual([])
    })

    it('moves the arm while a button is held, by pointer and keyboard, and no longer', async () => {
      const { requests, viewer } = await startRun()
      const { page } = await openArm(viewer)
      await page.click('#take')
      const forwards = page.getByLabel('shoulder pan forwards')
      await forwards.dispatchEvent('pointerdown', { button: 0, pointerId: 1, isPrimary: true })
      await expect
        .poll(() => kindsOf(requests).filter((kind) => kind === 'jog').length, PATIENCE)
        .toBeGreaterThan(4)
      await page.evaluate('window.dispatchEvent(new Event("blur"))')
      await expect.poll(() => kindsOf(requests), PATIENCE).toContain('letGo')
      expect(requests.find(({ kind }) => kind === 'jog')).toEqual({
        kind: 'jog',
        motion: { kind: 'joint', index: 0, direction: 1 },
        share: 0.5,
      })
      const numJogs = kindsOf(requests).filter((kind) => kind === 'jog').length
      await focusByTab(page, 'tool up')
      await page.keyboard.down('Space')
      await expect
        .poll(() => kindsOf(requests).filter((kind) => kind === 'jog').length, PATIENCE)
        .toBeGreaterThan(numJogs)
      await page.keyboard.up('Space')
      await expect.poll(() => requests.at(-1)?.kind === 'jog', PATIENCE).toBe(false)
      expect(requests.findLast(({ kind }) => kind === 'jog')).toMatchObject({
        motion: { kind: 'tool', index: 2, direction: 1 },
      })
      expect(await barriers(page)).toEqual([])
      await page.click('#take')
      await expect.poll(() => kindsOf(requests), PATIENCE).toContain('giveBack')
      // The page hears of it after the run.
      await expect.poll(() => page.locator('.jog:visible').count(), PATIENCE).toBe(0)
    })

    it('says when another page has the arm, and when its own hand is off it', async () => {
      const { requests, viewer } = await startRun(PERIOD_OF_TWO_S)
      const one = await openArm(viewer)
      const other = await openArm(viewer)
      await one.page.click('#take')
      await expect
        .poll(() => other.page.textContent('#hand-state'), PATIENCE)
        .toBe('another page moves it')
      expect(await other.page.isDisabled('#take')).toBe(true)
      await one.page.close()
      await expect.poll(() => kindsOf(requests), PATIENCE).toContain('lost')
      await other.page.click('#take')
      await expect.poll(() => other.page.textContent('#hand-state'), PATIENCE).toBe('you move it')
      await viewer.close()
      await other.page.waitForSelector('#connection[data-state=lost]')
      expect(await other.page.textContent('#hand-note')).toContain('Connection lost')
      expect(await other.page.locator('.jog:visible').count()).toBe(0)
      expect(await other.page.isDisabled('#stop')).toBe(true)
    })

    it('is stopped by button and by key, by anybody', async () => {
      const { requests, viewer } = await startRun()
      const { page } = await openArm(viewer, '')
      await page.click('#stop')
      await expect.poll(() => kindsOf(requests), PATIENCE).toEqual(['stop'])
      await page.focus('#tab-task')
      await page.keyboard.press('Escape')
      await expect.poll(() => kindsOf(requests), PATIENCE).toEqual(['stop', 'stop'])
    })
  },
)

/** As somebody without a pointer gets there. */
async function focusByTab(page: Page, label: string): Promise<void> {
  await page.focus('#tab-arm')
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate('document.activeElement?.ariaLabel')) === label) return
  }
  throw new Error(`no way to ${label}`)
}
