import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { distanceToGoal } from '../../bridge/viewer/frame-values.ts'
import type { RunEpisode, RunState } from '../../bridge/viewer/frames.ts'
import { barriers } from './axe.ts'
import { endPrograms, start } from './sim2arm-process.ts'
import { smallPolicy } from './small-policy.ts'
import { browserPath, newPage, openPage, useBrowser, watchPage } from './viewer-browser.ts'

const BUILT = join(import.meta.dirname, '..', '..', 'dist')
const SITE = 'http://sim2arm.test'
const PATIENCE = { timeout: 200_000 }
/** Policy steps that are compared: those before the puck is struck, which multiplies the last bit. */
const NUM_STEPS = 11

/** What the simulation's worker tells the page, kept where a test can read it. */
const LISTEN = `
globalThis.told = []
globalThis.Worker = class extends Worker {
  constructor(...given) {
    super(...given)
    this.addEventListener('message', ({ data }) => globalThis.told.push(data))
  }
}`

interface Told {
  readonly kind: string
  readonly state: RunState
  readonly memory: Readonly<Record<string, number>>
  readonly episode: RunEpisode
}

describe.skipIf(browserPath === undefined)(
  'the demo page (needs Chromium: apt install chromium)',
  () => {
    const browser = useBrowser()
    const pages: Page[] = []

    afterEach(async () => {
      for (const page of pages.splice(0)) await page.close()
      await endPrograms()
    })

    /** The built files, as a web host has them: nothing answers but the files themselves. */
    async function openFiles(search = '') {
      const page = await newPage(browser())
      pages.push(page)
      await page.addInitScript(LISTEN)
      await page.route('**/*', (route) => {
        const { origin, pathname } = new URL(route.request().url())
        const path = join(BUILT, 'viewer', pathname.replace(/\/$/, '/index.html'))
        return origin === SITE && existsSync(path) ? route.fulfill({ path }) : route.abort()
      })
      return watchPage(page, `${SITE}/demo/${search}`)
    }

    const told = (page: Page, kind: string) =>
      page.evaluate((wanted) => {
        const all = (globalThis as unknown as { told: Told[] }).told
        return all.filter((each) => each.kind === wanted)
      }, kind)

    it('acts without a server as it does in Node, and gets there', async () => {
      const { page, complaints, hosts } = await openFiles()
      await page.waitForSelector('#recent li', PATIENCE)
      const [ended] = await told(page, 'episode')
      expect(ended!.episode.isSuccess).toBe(true)
      const inBrowser = (await told(page, 'state')).slice(0, NUM_STEPS)
      const inNode = await playInNode()
      // Actions were the same to the last bit between Node 20.20 and Chromium 156; sine and cosine may differ in
      // their last bit between two versions of V8, so joints do by 1e-15.
      const movedM = Math.hypot(...inNode.at(-1)!.tip.map((value, i) => value - inNode[0]!.tip[i]!))
      expect(movedM).toBeGreaterThan(0.05)
      expect(mostDifferent(inNode, inBrowser, ({ action }) => action)).toBeLessThan(1e-6)
      expect(mostDifferent(inNode, inBrowser, ({ q }) => q)).toBeLessThan(1e-9)
      const puck = ({ objects }: RunState) => objects[0]!.position
      expect(mostDifferent(inNode, inBrowser, puck)).toBeLessThan(1e-9)
      expect(await barriers(page)).toEqual([])
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(SITE).host])
    })

    it('lets go of a slider with other physics, and holds still on request', async () => {
      const { page } = await openFiles()
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      await page.click('#pause')
      await page.waitForSelector('#connection[data-state=paused]')
      await page.locator('input[name=gravity]').focus()
      const before = (await told(page, 'state')).length
      await page.keyboard.press('Home')
      expect(await page.textContent('label:has(input[name=gravity]) output')).toBe('0.15 g')
      await expect.poll(async () => (await told(page, 'state')).length, PATIENCE).toBe(before + 1)
      expect(await told(page, 'failed')).toEqual([])
    })

    it('tells how far up an object has to be lifted', async () => {
      const { page } = await openFiles('?policy=lift-so101')
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      await page.click('#pause')
      await page.waitForSelector('#connection[data-state=paused]')
      const shown = async () => Number.parseInt((await page.textContent('#distance'))!, 10)
      const there = async () => 1000 * distanceToGoal((await told(page, 'state')).at(-1)!.state)
      await expect.poll(async () => (await shown()) - (await there()), PATIENCE).toBeCloseTo(0, -1)
      const [first] = await told(page, 'state')
      // As configs/tasks/lift.yaml has it.
      expect(distanceToGoal(first!.state)).toBeCloseTo(0.05, 2)
    })

    it.each([
      ['gru', '12 units, 8 s'],
      ['none', null],
    ] as const)('shows a policy with memory %s', async (memory, units) => {
      const file = join(mkdtempSync(join(tmpdir(), 'sim2arm-demo-')), `${memory}.onnx`)
      writeFileSync(file, smallPolicy('so101', { memory: { memory } }))
      const program = start(['view', file, '--port', '0', '--json'])
      const { url } = (await program.event('ready')) as unknown as { readonly url: string }
      const { page, complaints } = await openPage(browser(), url)
      pages.push(page)
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      expect(await page.isVisible('#memory')).toBe(units !== null)
      if (units !== null) expect(await page.textContent('#memory-size')).toBe(units)
      expect(complaints).toEqual([])
      rmSync(dirname(file), { recursive: true })
    })

    it('is what view POLICY serves, for a file too', async () => {
      const file = join(BUILT, '..', 'policy', 'zoo', 'push-panda.onnx')
      const program = start(['view', file, '--port', '0', '--json'])
      const { url } = (await program.event('ready')) as unknown as { readonly url: string }
      const { page, complaints, hosts } = await openPage(browser(), url)
      pages.push(page)
      await page.waitForSelector('#connection[data-state=live]', PATIENCE)
      expect(await page.textContent('#title')).toContain('Panda')
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([new URL(url).host])
      program.child.kill('SIGINT')
      expect(await program.ended).toBe(130)
      expect(program.events.at(-1)).toMatchObject({ type: 'result', policy: file })
    })
  },
)

/** Largest difference of any number at any step. */
function mostDifferent(
  ours: readonly RunState[],
  theirs: readonly Told[],
  pick: (state: RunState) => readonly number[],
): number {
  const differences = ours.flatMap((state, step) =>
    pick(state).map((value, i) => Math.abs(value - pick(theirs[step]!.state)[i]!)),
  )
  return Math.max(...differences)
}

/** The states that the page begins with, computed here. */
async function playInNode(): Promise<RunState[]> {
  const load = async <T>(path: string) => (await import(join(BUILT, path))) as T
  // As in browsers.
  const { enableRelaxedSimd } = await load<
    typeof import('../../policy/kernels/enable-relaxed-simd.node.ts')
  >('policy/kernels/enable-relaxed-simd.node.js')
  enableRelaxedSimd()
  const { createDemoWorld } = await load<typeof import('../../bridge/viewer/demo-world.ts')>(
    'bridge/viewer/demo-world.js',
  )
  const { loadPolicyFile } = await load<typeof import('../../policy/file/policy-file.node.ts')>(
    'policy/file/policy-file.node.js',
  )
  const { loadArmDescription } = await load<typeof import('../../robot/model/load-arm.node.ts')>(
    'robot/model/load-arm.node.js',
  )
  const { loadTask } = await load<typeof import('../../sim/tasks/load-task.node.ts')>(
    'sim/tasks/load-task.node.js',
  )
  const parts = {
    file: loadPolicyFile('push-so101'),
    arm: loadArmDescription('so101'),
    task: loadTask('push'),
  }
  const world = await createDemoWorld(parts, {})
  const states = [world.state()]
  while (states.length < NUM_STEPS) {
    world.step()
    states.push(world.state())
  }
  world.dispose()
  return states
}
