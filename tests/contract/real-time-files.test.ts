import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LONGEST } from '../longest-first.ts'
import { REAL_TIME_FILES } from '../real-time-files.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** What emulates an arm in real time, or opens a browser. */
const EMULATED = /twin-process\.ts|TwinDevice|'demo'|'twin'|viewer-browser\.ts/
/** Where it is only named, or runs on virtual time. */
const NAMED = [
  'tests/e2e/bad-days-input.test.ts',
  'tests/e2e/bad-days-recording.test.ts',
  'tests/e2e/ros.test.ts',
]

it('every test file with an emulated arm in real time, or a browser, runs alone', () => {
  const files = ['e2e', 'integration', 'interop'].flatMap((tier) =>
    readdirSync(join(ROOT, 'tests', tier))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `tests/${tier}/${name}`),
  )
  const emulating = files.filter((file) => EMULATED.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(emulating.filter((file) => !NAMED.includes(file)).sort()).toEqual(
    [...REAL_TIME_FILES].sort(),
  )
})

it('files that begin first are there, and none runs alone', () => {
  for (const file of LONGEST) expect(existsSync(join(ROOT, file)), file).toBe(true)
  expect(LONGEST.filter((file) => REAL_TIME_FILES.includes(file))).toEqual([])
})
