import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import { rulesOf } from '../../../sim/randomization/merge-randomizations.ts'

function folderWith(files: Record<string, string>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'randomization-'))
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text.replaceAll('HERE', folder))
  }
  return (name) => join(folder, name)
}

it('adds to its base and replaces what both name; a task’s rules replace an arm’s', () => {
  const path = folderWith({
    'base.yaml': `
version: 1
name: base
source: test
arms:
  so101:
    gravity: { scale: { uniform: [0.5, 1.5] } }
    damping: { scale: { uniform: [0.7, 1.4] } }
tasks:
  slide: { so101: { damping: { scale: { uniform: [1, 1] } } } }
`,
    'mine.yaml': `
version: 1
name: mine
source: test
base: HERE/base.yaml
arms:
  so101: { gravity: { scale: { uniform: [0.9, 1.1] } } }
  panda: { gravity: { scale: { uniform: [0.8, 1.2] } } }
`,
  })
  const mine = loadRandomization(path('mine.yaml'))
  expect(mine.name).toBe('mine')
  expect(mine.base).toBeUndefined()
  expect(rulesOf(mine, 'push', 'so101')).toEqual({
    gravity: { scale: { uniform: [0.9, 1.1] } },
    damping: { scale: { uniform: [0.7, 1.4] } },
  })
  expect(rulesOf(mine, 'slide', 'so101')['damping']).toEqual({ scale: { uniform: [1, 1] } })
  expect(rulesOf(mine, 'slide', 'panda')).toEqual({ gravity: { scale: { uniform: [0.8, 1.2] } } })
  // To play another arm exactly as it is described would be no randomization of it.
  expect(() => rulesOf(mine, 'push', 'another')).toThrow(/for so101, panda, not for another/)
})

it('leaves out what it says of all its bases, and nothing of its own', () => {
  const rule = (name: string) => `${name}: { scale: { uniform: [0.5, 1.5] } }`
  const path = folderWith({
    'first.yaml': `
version: 1
name: first
source: test
arms: { so101: { ${rule('gravity')}, ${rule('damping')}, ${rule('armature')}, ${rule('linkMass')} } }
tasks: { slide: { so101: { ${rule('gravity')} } } }
`,
    'second.yaml': `
version: 1
name: second
source: test
base: HERE/first.yaml
without: [armature]
arms: { so101: { ${rule('stiffness')} } }
`,
    'mine.yaml': `
version: 1
name: mine
source: test
base: HERE/second.yaml
without: [gravity, stiffness, linkMass]
arms: { so101: { ${rule('linkMass')} } }
`,
  })
  const mine = loadRandomization(path('mine.yaml'))
  expect(Object.keys(rulesOf(mine, 'slide', 'so101')).sort()).toEqual(['damping', 'linkMass'])
})

it('is refused when bases go round in circles', () => {
  const path = folderWith({
    'a.yaml': 'version: 1\nname: a\nsource: test\nbase: HERE/b.yaml\n',
    'b.yaml': 'version: 1\nname: b\nsource: test\nbase: HERE/a.yaml\n',
  })
  expect(() => loadRandomization(path('a.yaml'))).toThrow(CodedError)
  expect(() => loadRandomization(path('a.yaml'))).toThrow(/no last base/)
})

it.each([
  ['an arm', 'base: nominal\narms: { soo101: {} }', /an arm soo101/, /did you mean so101\?/],
  ['an arm in capitals', 'base: nominal\narms: { SO101: {} }', /an arm SO101/, /mean so101\?/],
  ['an arm of a task', 'tasks: { push: { pnada: {} } }', /an arm pnada/, /did you mean panda\?/],
  ['a task', 'base: wide\ntasks: { pusch: { so101: {} } }', /a task pusch/, /did you mean push\?/],
  ['an arm of its base', 'base: HERE/base.yaml\narms: { my-amr: {} }', /my-amr/, /mean my-arm\?/],
])('refuses a misspelt name of %s, whose rules nobody would get', (_, text, said, hint) => {
  const head = 'version: 1\nname: mine\nsource: test\n'
  const path = folderWith({
    'base.yaml': `${head}arms: { my-arm: {} }`,
    'mine.yaml': head + text,
  })
  expect(() => loadRandomization(path('mine.yaml'))).toThrow(
    expect.objectContaining({
      code: 'CONFIG_UNKNOWN_NAME',
      message: expect.stringMatching(said),
      hint: expect.stringMatching(hint),
    }),
  )
})

it('has rules for arms and tasks of one’s own, whose names may be variants of known ones', () => {
  const path = folderWith({
    'mine.yaml': `
version: 1
name: mine
source: test
base: wide
arms: { my-arm: {}, so100: {}, so101b: {}, panda-2: {} }
tasks: { clear: { my-arm: {} }, push-t: { so101: {} }, shift: { so101: {} } }
`,
  })
  const { arms, tasks } = loadRandomization(path('mine.yaml'))
  expect(Object.keys(arms)).toEqual(expect.arrayContaining(['my-arm', 'so100', 'so101']))
  expect(Object.keys(tasks)).toEqual(expect.arrayContaining(['clear', 'push-t', 'shift']))
})
