import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breakText, ROOT, readCanaries } from '../canaries/read-canaries.ts'

const canaries = readCanaries()
/** With their names in full: `$name` cuts them. */
const byName = canaries.map((canary) => [canary.name, canary] as const)

describe('a canary', () => {
  it.each(byName)('knows its line and its tests: %s', (_name, canary) => {
    const text = readFileSync(join(ROOT, canary.file), 'utf8')
    expect(canary.find).not.toContain('\n')
    expect(breakText(text, canary)).not.toBe(text)
    for (const path of canary.tests) {
      expect(existsSync(join(ROOT, path)), path).toBe(true)
      // These run on the sources; the others on what was built from them.
      expect(path).toMatch(/^tests\/(configs|robot|sim|policy|bridge|contract)\b/)
    }
  })

  it('lives in every folder', () => {
    const folders = new Set(canaries.map(({ file }) => file.split('/')[0]))
    expect([...folders].sort()).toEqual(['bridge', 'configs', 'policy', 'robot', 'sim'])
  })
})
