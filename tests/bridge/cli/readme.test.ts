import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../../bridge/cli/commands/index.ts'
import { parseCommandLine } from '../../../bridge/cli/parse-command-line.ts'
import { splitRosArgs } from '../../../bridge/ros/split-ros-args.ts'
import { packageRoot } from '../../../configs/load/load.node.ts'
import { GUIDE_BLOCKS, PLANS, planOf } from '../../guides.ts'
import { DOCUMENTS, shellWords } from '../../readme.ts'

const texts = DOCUMENTS.map((file) => readFileSync(join(packageRoot(), file), 'utf8'))
const readme = texts.join('\n')
const shellLines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
  block!.trim().split('\n'),
)

describe('the README and the guides', () => {
  const calls = shellLines.filter((line) => line.startsWith('npx sim2arm '))

  it('shows training, evaluation, the twin and deployment', () => {
    const names = new Set(calls.map((line) => line.split(' ')[2]))
    expect([...names].sort()).toEqual(expect.arrayContaining(['deploy', 'eval', 'train', 'twin']))
  })

  it.each(calls)('says what the command line understands: %s', async (line) => {
    const { own } = splitRosArgs(shellWords(line).slice(2))
    const silent = { writeOut: () => {}, writeErr: () => {} }
    const invocation = await parseCommandLine(own, { commands, version: '0.0.0', ...silent })
    expect(invocation?.definition).toBeDefined()
  })

  it('has no other shell commands than npm scripts that exist', () => {
    const scripts = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).scripts
    const others = shellLines.filter((each) => !/^(npx sim2arm|node) /.test(each))
    for (const line of others) {
      for (const call of line.split('&&').map((each) => each.trim())) {
        const [program, script] = call.split(' ').filter((word) => word !== 'run')
        expect(program).toBe('npm')
        expect(['ci', ...Object.keys(scripts)]).toContain(script)
      }
    }
  })

  it('says of every line how it is tested, and of no line that is gone', () => {
    const patterns = GUIDE_BLOCKS.flat().map(({ line }) => {
      planOf(line)
      return PLANS.findIndex(([pattern]) => pattern.test(line))
    })
    expect([...new Set(patterns)].sort((a, b) => a - b)).toEqual(PLANS.map((_, index) => index))
  })

  it('names only files that exist to programs of others', () => {
    const lines = [...readme.matchAll(/```bash\n([\s\S]*?)```/g)].flatMap(([, block]) =>
      block!.trim().split('\n'),
    )
    expect(lines.length).toBeGreaterThan(0)
    for (const path of lines.join(' ').match(/\bbridge\/\S+/g)!) {
      expect(existsSync(join(packageRoot(), path)), path).toBe(true)
    }
  })

  it('runs with Node only what it shows', () => {
    const shown = [...readme.matchAll(/^\/\/ ([\w-]+\.js)/gm)].map(([, file]) => file)
    for (const line of shellLines.filter((each) => each.startsWith('node '))) {
      expect(shown).toContain(line.split(' ')[1])
    }
  })

  it('links only to files that exist', () => {
    for (const [i, file] of DOCUMENTS.entries()) {
      for (const [, target] of texts[i]!.matchAll(/\]\((?!http)([^)#]+)\)/g)) {
        const path = join(packageRoot(), dirname(file), target!)
        expect(existsSync(path), `${file}: ${target}`).toBe(true)
      }
    }
  })
})
