/**
 * How many pictures a second the viewer's page draws of many arms, in a browser without a graphics card: `npm run
 * bench:page -- [arms]`, and how much processor time a picture takes, all of the browser's processes together: that
 * says more where the machine is busy. The arms' states are played beforehand, so that only server and page work.
 */
import { createSimulation } from '../../bridge/deploy/evaluate-simulation.ts'
import { loadTaskActor } from '../../bridge/deploy/task-actor.ts'
import type { WorldStates } from '../../bridge/viewer/frames.ts'
import { createSampleFrames } from '../../bridge/viewer/sample-frames.ts'
import { startViewer } from '../../bridge/viewer/start-viewer.node.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import { browserPath, launchBrowser, openPage } from './viewer-browser.ts'

const STATES = 50
const PERIOD_MS = 33
const SECONDS = 10
/** Fewer say too little. */
const PICTURES = 15

/** The arms' first steps, each with an action of its own. */
async function playBeforehand(count: number) {
  const actor = await loadTaskActor({ name: 'still' })
  const randomization = loadRandomization('wide')
  const env = await createSimulation(actor, { world: 'rapier', randomization, numEnvs: count })
  try {
    env.reset({ seed: 1, episode: 0, width: 1 })
    const frames = createSampleFrames(actor, env, 'wide')
    const draws = frames.draws(0)
    const actions = new Float32Array(count * env.actionSize)
    const states = Array.from({ length: STATES }, (_each, step): WorldStates => {
      for (let k = 0; k < actions.length; k++) actions[k] = Math.sin(0.2 * step + k)
      env.step(actions)
      return frames.states(0)
    })
    return { scene: frames.scene, draws, states }
  } finally {
    env.dispose()
  }
}

async function main(count: number): Promise<void> {
  if (browserPath === undefined) throw new Error('needs Chromium: apt install chromium')
  const { draws, scene, states } = await playBeforehand(count)
  const viewer = await startViewer({ host: '127.0.0.1', port: 0, scene })
  viewer.draws(draws)
  let step = 0
  const timer = setInterval(() => viewer.worlds(states[step++ % STATES]!), PERIOD_MS)
  const browser = await launchBrowser()
  try {
    const { page } = await openPage(browser, viewer.url)
    page.setDefaultTimeout(0)
    const drawn = async () => Number(await page.getAttribute('#canvas', 'data-drawn'))
    while (!((await drawn()) > 3)) await page.waitForTimeout(100)
    const cdp = await browser.newBrowserCDPSession()
    const processorS = async () => {
      const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
    }
    const [fromMs, from, fromS] = [performance.now(), await drawn(), await processorS()]
    do await page.waitForTimeout(1000 * SECONDS)
    while ((await drawn()) < from + PICTURES)
    const seconds = (performance.now() - fromMs) / 1000
    const frames = (await drawn()) - from
    const processorMsPerFrame = (1000 * ((await processorS()) - fromS)) / frames
    const framesPerS = frames / seconds
    const figures = { arms: count, widthPx: 1280, heightPx: 800, framesPerS, processorMsPerFrame }
    console.log(JSON.stringify(figures))
  } finally {
    clearInterval(timer)
    await browser.close()
    await viewer.close()
  }
}

await main(Number(process.argv[2] ?? 64))
