import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pairedDifference } from '../../policy/evaluate/paired-difference.ts'
import { endPrograms, type JsonLine, run } from '../e2e/sim2arm-process.ts'

/** How long it trains on; SIM2ARM_ADAPT_MINUTES says otherwise. */
const { SIM2ARM_ADAPT_MINUTES: minutes = '10' } = process.env
/** The shipped policy, and the figures that it was given when it was shipped. */
const POLICY = 'push-so101'
const CARD = join(import.meta.dirname, '..', '..', 'policy', 'zoo', `${POLICY}.card.jsonl`)
/** Other episodes than those on the card, the same before and after. */
const NUM_EPISODES = 200
const EXAM = ['--episodes', String(NUM_EPISODES), '--seed', '2']

let folder: string
const path = (name: string) => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-adapt-'))
})
afterAll(async () => {
  await endPrograms()
  rmSync(folder, { recursive: true })
})

/** What a command says: JSON lines, the last one its result. */
async function told(...args: string[]): Promise<readonly JsonLine[]> {
  const program = await run(...args, '--json')
  expect(await program.ended, program.stderr).toBe(0)
  return program.events
}

interface CardEntry {
  readonly population?: { readonly setUps: readonly { reality: string; rate: number }[] }
}

/** Of the population of arms that the policy was judged on, the one on which it was worst. */
function worstSetUp(): string {
  const entries = readFileSync(CARD, 'utf8').trim().split('\n')
  const judged = entries.flatMap((line) => (JSON.parse(line) as CardEntry).population ?? [])
  return judged.at(-1)!.setUps.reduce((worst, each) => (each.rate < worst.rate ? each : worst))
    .reality
}

/** Which episodes of the exam succeed; one that a fault ended does not. */
async function examine(policy: string, reality: string): Promise<boolean[]> {
  const events = await told('eval', policy, '--world', 'twin', '--reality', reality, ...EXAM)
  const outcomes = Array.from({ length: NUM_EPISODES }, () => false)
  for (const { type, episode, isSuccess } of events) {
    if (type === 'episode') outcomes[episode as number] = isSuccess as boolean
  }
  return outcomes
}

const rateOf = (outcomes: readonly boolean[]) => outcomes.filter(Boolean).length / outcomes.length
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

it('a policy that is trained on with what a recording of an arm tells gets better on that arm', async () => {
  const reality = worstSetUp()
  const [swing, ranges] = [path('swing.mcap'), path('ranges.yaml')]
  await told(
    ...['record', '--excite', '--reality', reality, '--out', swing],
    ...['--seconds', '60', '--amplitude', '0.6'],
  )
  await told('identify', swing, '--randomization-out', ranges)
  const trained = await told(
    ...['train', 'adapt-so101', '--warm-start', POLICY, '--backend', 'wasm'],
    ...['--set', `randomization=${ranges}`, '--minutes', minutes, '--out', path('run')],
  )
  const before = await examine(POLICY, reality)
  const after = await examine(path('run/policy.onnx'), reality)
  const { difference, low, high } = pairedDifference(before, after)
  console.log(
    `${reality}: ${percent(rateOf(before))} before, ${percent(rateOf(after))} after ` +
      `${String(trained.at(-1)!['updates'])} updates in ${minutes} minutes; better by ` +
      `${percent(difference)} (${percent(low)} to ${percent(high)}) on the same ${NUM_EPISODES} episodes`,
  )
  // Nothing to get better at: a harder population is needed then.
  expect(rateOf(before)).toBeLessThan(1)
  expect(difference).toBeGreaterThan(0)
})
