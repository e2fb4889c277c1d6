import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { endPrograms, run } from '../e2e/sim2arm-process.ts'

/** How long it trains on; SIM2ARM_ADAPT_MINUTES says otherwise. */
const { SIM2ARM_ADAPT_MINUTES: minutes = '10' } = process.env
/** The set-up is the worst of the first ten for the shipped policy, by so many episodes of one seed. */
const REALITIES = Array.from({ length: 10 }, (_, seed) => `random:${seed}`)
const SCREENING = ['--episodes', '30', '--seed', '1']
/** Judged by other episodes, the same before and after. */
const EXAM = ['--episodes', '200', '--seed', '2']

interface Score {
  readonly rate: number
  readonly low: number
  readonly high: number
}

let folder: string
const path = (name: string) => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-adapt-'))
})
afterAll(async () => {
  await endPrograms()
  rmSync(folder, { recursive: true })
})

async function resultOf(...args: string[]): Promise<Readonly<Record<string, unknown>>> {
  const program = await run(...args, '--json')
  expect(await program.ended, program.stderr).toBe(0)
  return program.events.at(-1)!
}

async function scoreOf(policy: string, reality: string, episodes: readonly string[]) {
  const where = ['--world', 'twin', '--reality', reality]
  const { success } = await resultOf('eval', policy, ...where, ...episodes)
  return (success as Readonly<Record<string, Score>>)['0.05']!
}

const inWords = ({ rate, low, high }: Score) =>
  `${(100 * rate).toFixed(1)} % (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`

it('a policy that is trained on with what a recording of an arm tells gets better on that arm', async () => {
  const screened: [string, number][] = []
  for (const reality of REALITIES) {
    screened.push([reality, (await scoreOf('push-so101', reality, SCREENING)).rate])
  }
  const [reality] = screened.reduce((worst, each) => (each[1] < worst[1] ? each : worst))
  const [swing, ranges] = [path('swing.mcap'), path('ranges.yaml')]
  await resultOf(
    ...['record', '--excite', '--reality', reality, '--out', swing],
    ...['--seconds', '60', '--amplitude', '0.6'],
  )
  await resultOf('identify', swing, '--randomization-out', ranges)
  const trained = await resultOf(
    ...['train', 'adapt-so101', '--warm-start', 'push-so101', '--backend', 'wasm'],
    ...['--set', `randomization=${ranges}`, '--minutes', minutes, '--out', path('run')],
  )
  const before = await scoreOf('push-so101', reality, EXAM)
  const after = await scoreOf(path('run/policy.onnx'), reality, EXAM)
  console.log(
    `${reality}: ${inWords(before)} before, ${inWords(after)} after ` +
      `${String(trained['updates'])} updates in ${minutes} minutes, 200 episodes each`,
  )
  expect(after.rate).toBeGreaterThan(before.rate)
})
