import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Env } from '../../sim/world/env.ts'
import { createInstalledFolder } from '../installed-folder.ts'
import { readmeFile } from '../readme.ts'
import { browserPath, launchBrowser } from './viewer-browser.ts'

const SITE = 'http://sim2arm.test'
const built = new URL('../../dist/bridge/index.js', import.meta.url)
const relaxedSimd = new URL(
  '../../dist/policy/kernels/enable-relaxed-simd.node.js',
  import.meta.url,
)

/**
 * An episode as numbers: the same file runs in Node and in the page. Straight to where the puck was, with random swerves;
 * steering by where it is would multiply the last bit of a contact.
 */
const PLAY = `
import { RandomStream } from 'sim2arm/sim'

export function play(env) {
  const random = new RandomStream(5)
  const { offset } = env.observationSpace.terms.find(({ name }) => name === 'toolToObject')
  let step = env.reset({ seed: 7, episode: 3 })
  const [x, y] = step.observation.slice(offset)
  const length = Math.sqrt(x * x + y * y)
  const log = []
  do {
    const swerve = () => random.between(-0.3, 0.3)
    step = env.step([x / length + swerve(), y / length + swerve(), 0.1 * swerve()])
    const { observation, reward, info } = step
    log.push({ observation: [...observation], state: [...info.state], reward, distanceM: info.distanceM })
  } while (!(step.terminated || step.truncated))
  return log
}`

/** A shipped policy over steps of random observations; the same file in Node and in the page. */
const ACT = `
import { createPolicy, readPolicyFile } from 'sim2arm/runtime'
import { RandomStream } from 'sim2arm/sim'
import { base64 } from './policy.js'

export function act(numSteps) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const policy = createPolicy(readPolicyFile(bytes))
  const { shape } = policy.metadata.network
  const random = new RandomStream(9)
  const state = new Float32Array(policy.stateSize)
  const action = new Float32Array(shape.action)
  return Array.from({ length: numSteps }, () => {
    const observation = Float32Array.from({ length: shape.observation }, () => 0.3 * random.normal())
    policy.step(observation, state, action)
    return { action: [...action], state: [...state] }
  })
}`
const NUM_ACTED = 50

interface Acted {
  readonly action: readonly number[]
  readonly state: readonly number[]
}

const policyFile = new URL('../../policy/zoo/push-so101.onnx', import.meta.url)

interface Played {
  readonly observation: readonly number[]
  readonly state: readonly number[]
  readonly reward: number
  readonly distanceM: number
}

describe.skipIf(browserPath === undefined)(
  'the simulator in a browser (needs Chromium: apt install chromium)',
  () => {
    const folder = createInstalledFolder()
    let browser: Browser

    beforeAll(async () => {
      writeFileSync(join(folder, 'play.js'), PLAY)
      writeFileSync(join(folder, 'act.js'), ACT)
      const base64 = readFileSync(policyFile).toString('base64')
      writeFileSync(join(folder, 'policy.js'), `export const base64 = '${base64}'\n`)
      const page = readmeFile('Use the simulator by itself', 'page.js')
      const rest = `import { play } from './play.js'
        import { act } from './act.js'
        globalThis.acted = act(${NUM_ACTED})
        globalThis.played = play(env)`
      writeFileSync(join(folder, 'page.js'), page + rest)
      const html =
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js">'
      writeFileSync(join(folder, 'index.html'), `${html}</script>`)
      const { build } = await import('vite')
      await build({
        root: folder,
        configFile: false,
        logLevel: 'error',
        build: { target: 'es2023', chunkSizeWarningLimit: 10_000 },
      })
      browser = await launchBrowser()
    })

    afterAll(async () => {
      await browser?.close()
      rmSync(folder, { recursive: true })
    })

    /** Opens the bundle, which is served from memory. */
    async function open(page: Page): Promise<{ complaints: string[]; asked: string[] }> {
      const complaints: string[] = []
      const asked: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.route('**/*', (route) => {
        const { origin, pathname } = new URL(route.request().url())
        const path = join(folder, 'dist', pathname === '/' ? 'index.html' : pathname)
        asked.push(origin + pathname)
        return origin === SITE && existsSync(path) ? route.fulfill({ path }) : route.abort()
      })
      await page.goto(SITE)
      return { complaints, asked }
    }

    it('plays an episode, puck and all, as Node plays it', async () => {
      const page = await browser.newPage()
      const { complaints, asked } = await open(page)
      const inBrowser = await page
        .waitForFunction('globalThis.played', undefined, { timeout: 120_000 })
        .then((handle) => handle.jsonValue() as Promise<Played[]>)
      const { createEnv } = (await import(built.href)) as typeof import('../../bridge/index.ts')
      const { play } = (await import(pathToFileURL(join(folder, 'play.js')).href)) as {
        play(env: Env): Played[]
      }
      const env = await createEnv({ task: 'push', arm: 'so101' })
      const inNode = play(env)
      env.dispose()
      // 8 s at 25 Hz, and the puck is pushed.
      expect(inNode).toHaveLength(200)
      expect(Math.abs(inNode[0]!.distanceM - inNode.at(-1)!.distanceM)).toBeGreaterThan(0.03)
      // Observations were the same to the last bit between Node 20.20 and Chromium 156, states to 1e-17;
      // sine and cosine may differ in their last bit between two versions of V8.
      expect(mostDifferent(inNode, inBrowser, 'observation')).toBeLessThan(1e-6)
      expect(mostDifferent(inNode, inBrowser, 'state')).toBeLessThan(1e-6)
      expect(complaints).toEqual([])
      expect(asked.every((url) => url.startsWith(SITE))).toBe(true)
      // What is not used is not loaded.
      expect(asked.filter((url) => url.includes('mujoco'))).toEqual([])
    })

    it('runs a policy to the numbers of Node', async () => {
      const page = await browser.newPage()
      await open(page)
      const inBrowser = await page
        .waitForFunction('globalThis.acted', undefined, { timeout: 120_000 })
        .then((handle) => handle.jsonValue() as Promise<Acted[]>)
      const { act } = (await import(pathToFileURL(join(folder, 'act.js')).href)) as {
        act(numSteps: number): Acted[]
      }
      // As in browsers, which multiply and add in one rounding.
      const { enableRelaxedSimd } = (await import(
        relaxedSimd.href
      )) as typeof import('../../policy/kernels/enable-relaxed-simd.node.ts')
      enableRelaxedSimd()
      const inNode = act(NUM_ACTED)
      expect(inNode).toHaveLength(NUM_ACTED)
      expect(inNode[0]!.action).not.toEqual(inNode[1]!.action)
      for (const part of ['action', 'state'] as const) {
        const [expected, found] = [inNode, inBrowser].map((steps) => steps.flatMap((s) => s[part]))
        const differences = expected!.map((value, k) => Math.abs(value - found![k]!))
        const scale = Math.max(1, ...expected!.map(Math.abs))
        expect(Math.max(...differences) / scale).toBeLessThan(1e-6)
      }
    })
  },
)

/** Largest difference of any number at any step. */
function mostDifferent(
  a: readonly Played[],
  b: readonly Played[],
  what: 'observation' | 'state',
): number {
  const differences = a.flatMap((step, t) =>
    step[what].map((value, i) => Math.abs(value - b[t]![what][i]!)),
  )
  return Math.max(...differences)
}
