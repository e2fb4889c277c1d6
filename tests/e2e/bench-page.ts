/**
 * What the viewer's pages cost a browser without a graphics card: `npm run bench:page -- [arms]`. For many arms and for
 * one: pictures a second, and the processor time of a picture, all of the browser's processes together (that says more
 * where the machine is busy). For each page: when there is something to read, when the first picture is there, and what
 * was loaded until then. States are played beforehand, so that only server and page work.
 */
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { createSimulation } from '../../bridge/deploy/evaluate-simulation.ts'
import { loadTaskActor, type TaskActor } from '../../bridge/deploy/task-actor.ts'
import type { RunState, WorldStates } from '../../bridge/viewer/frames.ts'
import { restingState } from '../../bridge/viewer/resting-scene.ts'
import { runScene } from '../../bridge/viewer/run-scene.ts'
import { createSampleFrames } from '../../bridge/viewer/sample-frames.ts'
import { startViewer, type Viewer } from '../../bridge/viewer/start-viewer.node.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import { browserPath, launchBrowser } from './viewer-browser.ts'

const STATES = 50
const PERIOD_MS = 33
const SECONDS = 10
/** [s], or null: the page's policy forbids code that waits inside it. */
const FIRST_PAINT_S =
  '(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null) / 1000 || null'

/** Fewer say too little. */
const PICTURES = 15
const SIZE = { width: 1280, height: 800 }

/** A viewer that is being told of states, again and again. */
interface Played {
  readonly viewer: Viewer
  end(): Promise<void>
}

/** Arms beside each other, each with an action of its own. */
async function playMany(actor: TaskActor, count: number): Promise<Played> {
  const randomization = loadRandomization('wide')
  const env = await createSimulation(actor, { world: 'rapier', randomization, numEnvs: count })
  env.reset({ seed: 1, episode: 0, width: 1 })
  const frames = createSampleFrames(actor, env, 'wide')
  const draws = frames.draws(0)
  const actions = new Float32Array(count * env.actionSize)
  const states = Array.from({ length: STATES }, (_each, step): WorldStates => {
    for (let k = 0; k < actions.length; k++) actions[k] = Math.sin(0.2 * step + k)
    env.step(actions)
    return frames.states(0)
  })
  env.dispose()
  const viewer = await startViewer({ host: '127.0.0.1', port: 0, scene: frames.scene })
  viewer.draws(draws)
  return play(viewer, (step) => viewer.worlds(states[step % STATES]!))
}

/** One arm at work, with its figures and plots. */
async function playOne(actor: TaskActor): Promise<Played> {
  const scene = runScene(actor, 'states played beforehand')
  const viewer = await startViewer({ host: '127.0.0.1', port: 0, scene })
  const rest = restingState(actor.arm)
  const puck = { position: [0.2, 0.05, 0.02], quaternion: [0, 0, 0, 1] } as const
  return play(viewer, (step) => {
    const q = rest.q.map((value, joint) => value + 0.2 * Math.sin(0.1 * step + joint))
    const state: RunState = { ...rest, timeS: (PERIOD_MS * step) / 1000, q, commandQ: rest.q }
    viewer.state({ ...state, objects: [puck], objectAgeS: 0.05 })
  })
}

function play(viewer: Viewer, tell: (step: number) => void): Played {
  let step = 0
  const timer = setInterval(() => tell(step++), PERIOD_MS)
  return {
    viewer,
    async end() {
      clearInterval(timer)
      await viewer.close()
    },
  }
}

const drawnOn = async (page: Page) => Number(await page.getAttribute('#canvas', 'data-drawn'))

async function openQuietly(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: SIZE })
  page.setDefaultTimeout(0)
  await page.goto(url)
  return page
}

async function measurePictures(browser: Browser, url: string) {
  const page = await openQuietly(browser, url)
  while (!((await drawnOn(page)) > 3)) await page.waitForTimeout(100)
  const cdp = await browser.newBrowserCDPSession()
  const processorS = async () => {
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
  }
  const [fromMs, from, fromS] = [performance.now(), await drawnOn(page), await processorS()]
  do await page.waitForTimeout(1000 * SECONDS)
  while ((await drawnOn(page)) < from + PICTURES)
  const seconds = (performance.now() - fromMs) / 1000
  const pictures = (await drawnOn(page)) - from
  const processorMsPerPicture = (1000 * ((await processorS()) - fromS)) / pictures
  await page.close()
  return { picturesPerS: pictures / seconds, processorMsPerPicture }
}

/** A page opened for the first time, until its first picture. */
async function measureOpening(browser: Browser, url: string) {
  const page = await browser.newPage({ viewport: SIZE })
  page.setDefaultTimeout(0)
  const loaded: Promise<Buffer>[] = []
  page.on('response', (response) => {
    if (response.ok()) loaded.push(response.body().catch(() => Buffer.alloc(0)))
  })
  await page.goto(url)
  while (!((await drawnOn(page)) > 0)) await page.waitForTimeout(20)
  const pictureS: number = await page.evaluate('performance.now() / 1000')
  // A drawing may be there before what the display has shown is told of.
  let paintS: number | null = null
  while (paintS === null) {
    await page.waitForTimeout(20)
    paintS = await page.evaluate(FIRST_PAINT_S)
  }
  const files = await Promise.all(loaded)
  await page.close()
  const kB = (sizes: number[]) => Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000)
  return {
    ...{ firstPaintS: paintS, firstPictureS: pictureS, files: files.length },
    loadedKB: kB(files.map(({ length }) => length)),
    zippedKB: kB(files.map((file) => gzipSync(file).length)),
  }
}

const tell = (figures: object) => console.log(JSON.stringify(figures))

async function main(count: number): Promise<void> {
  if (browserPath === undefined) throw new Error('needs Chromium: apt install chromium')
  const actor = await loadTaskActor({ name: 'still' })
  const [many, one] = [await playMany(actor, count), await playOne(actor)]
  const browser = await launchBrowser()
  try {
    // The first page of a browser also waits for the browser itself.
    await (await openQuietly(browser, 'about:blank')).close()
    const [manyUrl, oneUrl] = [many.viewer.url, one.viewer.url]
    for (const [page, url] of [
      ['one arm', oneUrl],
      [`${count} arms`, manyUrl],
      ['a policy in the page', `${oneUrl}demo/?policy=push-so101`],
    ] as const) {
      tell({ page, ...(await measureOpening(browser, url)) })
    }
    for (const [arms, url] of [
      [1, oneUrl],
      [count, manyUrl],
    ] as const) {
      tell({ arms, ...SIZE, ...(await measurePictures(browser, url)) })
    }
  } finally {
    await browser.close()
    await Promise.all([many.end(), one.end()])
  }
}

await main(Number(process.argv[2] ?? 64))
