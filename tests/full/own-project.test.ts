import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'sim2arm-project-'))
const project = join(folder, 'arm')
const environment = { ...process.env, NO_COLOR: '1' }

/** Runs a line where it says; returns what it prints. */
function shell(line: string, cwd = project): string {
  const { status, stdout, stderr } = spawnSync(line, {
    cwd,
    shell: true,
    encoding: 'utf8',
    env: environment,
  })
  expect(status, `${line}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

beforeAll(() => {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const packed = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8' })
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }]
  const installed = join(folder, 'node_modules', 'sim2arm')
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  mkdirSync(installed)
  shell(`tar -xzf ${filename} -C ${installed} --strip-components=1`, folder)
  // Its dependencies and its program, as an install would have placed them.
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'))
  symlinkSync('../sim2arm/bridge/sim2arm.js', join(folder, 'node_modules', '.bin', 'sim2arm'))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Share of successes that `eval` prints [%]. */
const successOf = (output: string) => Number(/within 1 cm: ([\d.]+) %/.exec(output)![1])

const CONSUMER = `
import { createEnv, CodedError, loadPolicy } from 'sim2arm'
import type { ArmDescription } from 'sim2arm/robot'
import type { TaskDefinition } from 'sim2arm/sim'
import { Ppo } from 'sim2arm/policy'
import { createPolicy } from 'sim2arm/runtime'
import { RosbridgeClient } from 'sim2arm/bridge'
import { playTask, VirtualClock } from 'sim2arm/testing'
import manifest from 'sim2arm/package.json' with { type: 'json' }

const version: string = manifest.version
const env = await createEnv({ task: 'clear.yaml', arm: 'my-arm.yaml' })
const reward: number = env.step([0, 0, 0]).reward
const nameOf = (arm: ArmDescription, task: TaskDefinition) => [arm.name, task.goalSize] as const
const [first] = await playTask({ task: 'clear.yaml', episodes: 1, seed: 1 })
// @ts-expect-error a distance is a number: types arrive, and not as any
const wrong: string | undefined = first?.endDistanceM
console.log(version, reward, nameOf, wrong, CodedError, loadPolicy, Ppo, createPolicy, RosbridgeClient, VirtualClock)
`

describe('a project of one’s own, from the packed package', () => {
  it('is begun in an empty folder, solved by its script and not by chance, on its own arm', () => {
    const said = shell('npx --no-install sim2arm init arm', folder)
    expect(said).toContain('cd arm')
    const [scripted, random] = readBlocks()
    expect(successOf(shell(scripted!))).toBeGreaterThan(80)
    expect(successOf(shell(random!))).toBeLessThan(20)
  })

  it('is trained and evaluated by the commands of its README', () => {
    const [, , train, rapier, mujoco] = readBlocks()
    const short = '--minutes 0.1 --set numEnvs=16 --set evaluation.episodes=16'
    shell(`${train} ${short}`)
    for (const line of [rapier, mujoco]) {
      expect(successOf(shell(`${line} --episodes 8`))).toBeGreaterThanOrEqual(0)
    }
  })

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('has types for code outside, module %s, resolution %s', (module, moduleResolution) => {
    writeFileSync(join(project, 'consumer.ts'), CONSUMER)
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2023',
      lib: ['es2023'],
      types: [],
      strict: true,
      noEmit: true,
      allowJs: true,
      checkJs: true,
      resolveJsonModule: true,
      skipLibCheck: true,
    }
    const config = JSON.stringify({ compilerOptions, files: ['consumer.ts', 'clear.js'] })
    // `console` is all that the consumer takes from where it runs.
    writeFileSync(
      join(project, 'console.d.ts'),
      'declare const console: { log(...x: unknown[]): void }',
    )
    writeFileSync(
      join(project, 'tsconfig.json'),
      config.replace('"consumer.ts"', '"console.d.ts","consumer.ts"'),
    )
    shell(`${join(ROOT, 'node_modules', '.bin', 'tsc')} -p tsconfig.json`)
  })
})

/** The commands of the project's README, in order. */
function readBlocks(): readonly string[] {
  const text = readFileSync(join(project, 'README.md'), 'utf8')
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!.trim().split('\n'),
  )
}
