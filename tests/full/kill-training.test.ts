import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { decodeCheckpoint } from '../../policy/learning/checkpoint.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { endPrograms, type Program, start } from '../e2e/sim2arm-process.ts'
import { SmallTraining } from '../e2e/small-training.ts'

/** Fifty, or what SIM2ARM_KILLS says. */
const NUM_KILLS = Number(process.env['SIM2ARM_KILLS'] ?? 50)

const training = new SmallTraining()
const random = new RandomStream(2026)
afterEach(endPrograms)
afterAll(() => training.remove())

/** Waits as long as the program runs: a busy machine is no fault. */
async function afterUpdate(program: Program, run: string, iteration: number): Promise<void> {
  while (lastUpdate(run) < iteration) {
    expect(program.child.exitCode, program.stderr).toBe(null)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const end = async (program: Program, signal: 'SIGKILL' | 'SIGINT') => {
  program.child.kill(signal)
  return program.ended
}

it(`training killed at ${NUM_KILLS} random instants comes out as if it never was`, async () => {
  const beganMs = performance.now()
  const trial = start(training.args('trial'))
  await afterUpdate(trial, 'trial', 2)
  // From before anything is written to a few updates behind the start.
  const spanMs = 1.5 * (performance.now() - beganMs)
  await end(trial, 'SIGKILL')

  for (let kill = 0; kill < NUM_KILLS; kill++) {
    const program = goOn()
    await new Promise((resolve) => setTimeout(resolve, random.between(0, spanMs)))
    expect(program.child.exitCode, program.stderr).toBe(null)
    await end(program, 'SIGKILL')
  }
  const last = lastUpdate('killed') + 2
  for (const run of ['killed', 'whole']) {
    const program = run === 'whole' ? start(training.args(run)) : goOn()
    await afterUpdate(program, run, last)
    expect(await end(program, 'SIGINT'), program.stderr).toBe(130)
  }

  const [expected, found] = [training.figures('whole'), training.figures('killed')]
  const numBoth = Math.min(expected.length, found.length)
  expect(numBoth).toBeGreaterThanOrEqual(last)
  expect(found.slice(0, numBoth)).toEqual(expected.slice(0, numBoth))
  expect(bits('killed', last)).toEqual(bits('whole', last))
})

/** As a user does: again from the beginning while there is nothing to resume. */
function goOn(): Program {
  const isBegun = existsSync(join(training.path('killed'), 'checkpoints', '0000000.ckpt'))
  const resume = ['train', '--resume', training.path('killed'), '--json']
  return start(isBegun || lastUpdate('killed') > 0 ? resume : training.args('killed'))
}

function lastUpdate(run: string): number {
  const file = join(training.path(run), 'metrics.jsonl')
  if (!existsSync(file)) return 0
  const iterations = readFileSync(file, 'utf8').matchAll(/"iteration":(\d+),/g)
  return Math.max(0, ...[...iterations].map(([, digits]) => Number(digits)))
}

/** Digest of all arrays after so many updates. */
function bits(run: string, updates: number): string {
  const path = join(training.path(run), 'checkpoints', `${String(updates).padStart(7, '0')}.ckpt`)
  const hash = createHash('sha256')
  for (const [name, array] of Object.entries(decodeCheckpoint(readFileSync(path), path).arrays)) {
    hash.update(name).update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  }
  return hash.digest('hex')
}
