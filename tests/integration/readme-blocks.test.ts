import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createInstalledFolder } from '../installed-folder.ts'
import { readmeBlocks, readmeCommands } from '../readme.ts'

const folder = createInstalledFolder()
afterAll(() => rmSync(folder, { recursive: true }))

function writeFiles(heading: string): void {
  for (const { file, text } of readmeBlocks(heading)) {
    if (file !== undefined) writeFileSync(join(folder, file), text)
  }
}

/** Runs a line of the README as it stands there; returns what it says. */
function shell(line: string, cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(line, { cwd, shell: true, encoding: 'utf8' })
  expect(status, `${line}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

/** Success that `eval` prints [%]. */
function successOf(output: string): number {
  return Number(/within 1 cm: ([\d.]+) %/.exec(output)![1])
}

describe('the guides in an empty folder', () => {
  it('plays an episode with the simulator by itself', () => {
    const heading = 'Use the simulator by itself'
    writeFiles(heading)
    const [line, ...more] = readmeCommands(heading)
    expect(more).toEqual([])
    const output = shell(line!)
    expect(output).toMatch(/^jointPosition 5 rad$/m)
    expect(output).toMatch(/outside: 1/)
    expect(output).toMatch(/ false$/m)
  })

  it('adds a task that is solved, trained and evaluated', () => {
    const heading = 'Add a task in ten minutes'
    const [init, ...lines] = readmeCommands(heading)
    shell(init!)
    const project = join(folder, init!.split(' ').at(-1)!)
    expect(lines.map((line) => line.split(' ').slice(1, 3))).toEqual([
      ['sim2arm', 'eval'],
      ['sim2arm', 'train'],
      ['sim2arm', 'eval'],
    ])
    const [scripted, train, trained] = lines as [string, string, string]
    // 98 % of 64 episodes when it was written; a random actor succeeds in none.
    expect(successOf(shell(scripted, project))).toBeGreaterThan(80)
    expect(successOf(shell(scripted.replace('scripted', 'random'), project))).toBeLessThan(20)
    shell(train, project)
    const policy = readFileSync(join(project, 'runs', 'clear', 'policy.onnx'), 'latin1')
    expect(policy).toContain('clear.js')
    // It goes to other machines: nothing of this one's folders is in it.
    expect(policy).not.toContain(folder)
    expect(successOf(shell(trained, project))).toBeGreaterThanOrEqual(0)
  })
})
