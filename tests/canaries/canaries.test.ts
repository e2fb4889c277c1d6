import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakText, ROOT, readCanaries } from './read-canaries.ts'

/** Built, installed or not ours: the copy does without, or shares it. */
const SHARED = ['node_modules', 'dist']
const LEFT_OUT = new Set([...SHARED, 'runs', 'scratch', 'coverage'])

let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'sim2arm-canary-'))
  for (const name of readdirSync(ROOT)) {
    if (!LEFT_OUT.has(name) && !name.startsWith('.')) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true })
    }
  }
  for (const name of SHARED) symlinkSync(join(ROOT, name), join(copy, name))
})
afterAll(() => rmSync(copy, { recursive: true }))

interface Outcome {
  /** Tests that found something wrong; one that took too long has found nothing. */
  readonly failed: readonly string[]
  /** Files that did not even load. */
  readonly broken: readonly string[]
}

/** What Vitest's JSON reporter writes, as far as it matters. */
interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** Runs test files of the copy. */
function runTests(paths: readonly string[]): Outcome {
  const file = join(copy, 'report.json')
  rmSync(file, { force: true })
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const options = [
    '--reporter=json',
    `--outputFile=${file}`,
    '--project=unit*',
    '--project=contract',
  ]
  const { SIM2ARM_FULL: _, VITEST: _v, VITEST_WORKER_ID: _w, ...env } = process.env
  const { stderr } = spawnSync(process.execPath, [vitest, 'run', ...options, ...paths], {
    ...{ cwd: copy, env, encoding: 'utf8' },
  })
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  expect(tests.length, stderr).toBeGreaterThan(0)
  const failed = tests.filter(
    ({ failureMessages, status }) =>
      status === 'failed' && failureMessages.some((message) => !message.includes('timed out in')),
  )
  const broken = testResults.filter(({ assertionResults }) => assertionResults.length === 0)
  return { failed: failed.map(({ fullName }) => fullName), broken: broken.map(({ name }) => name) }
}

const canaries = readCanaries()
/** With their names in full: `$name` cuts them. */
const byName = canaries.map((canary) => [canary.name, canary] as const)

describe('the tests of all canaries', () => {
  it('are green as long as nothing is broken', () => {
    const paths = [...new Set(canaries.flatMap(({ tests }) => tests))]
    expect(runTests(paths)).toEqual({ failed: [], broken: [] })
  })
})

describe('the tests turn red when', () => {
  it.each(byName)('%s', (_name, canary) => {
    const file = join(copy, canary.file)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, breakText(text, canary))
    try {
      const { broken, failed } = runTests(canary.tests)
      expect(broken, 'the breakage does not even load').toEqual([])
      expect(failed).not.toEqual([])
    } finally {
      writeFileSync(file, text)
    }
  })
})
