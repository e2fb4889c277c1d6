import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

interface PackedFile {
  readonly path: string
  readonly size: number
  readonly mode: number
}

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-pack-'))
const installed = join(folder, 'node_modules', 'sim2arm')
let files: PackedFile[] = []

beforeAll(() => {
  // `prepare` has built already; packing must not build again under the feet of other tests.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const packed = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8' })
  const [report] = JSON.parse(packed.stdout) as [{ filename: string; files: PackedFile[] }]
  files = report.files
  mkdirSync(installed, { recursive: true })
  const unpack = ['-xzf', join(folder, report.filename), '-C', installed, '--strip-components=1']
  expect(spawnSync('tar', unpack).status).toBe(0)
  // Its dependencies, as an install would have placed them.
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})

afterAll(() => rmSync(folder, { recursive: true }))

function node(script: string) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  })
}

describe('the package', () => {
  it('holds program, configs and licences, and neither sources nor tests', () => {
    const paths = files.map(({ path }) => path)
    for (const needed of [
      'LICENSE',
      'NOTICE',
      'CHANGELOG.md',
      'README.md',
      'bridge/sim2arm.js',
      'dist/bridge/cli/main.js',
      'configs/arms/so101.yaml',
      'bridge/init/project/clear.js',
      'bridge/init/project/my-arm.urdf',
    ]) {
      expect(paths).toContain(needed)
    }
    // The arms as their makers made them are among the page's files; what makes them is not for users.
    const meshes = paths.filter((path) => path.endsWith('.glb'))
    expect(meshes.map((path) => path.replace(/-.*$/, ''))).toEqual([
      'dist/viewer/assets/koch',
      'dist/viewer/assets/panda',
      'dist/viewer/assets/so101',
    ])
    expect(paths.filter((path) => path.startsWith('dist/bridge/viewer/meshes/'))).toEqual([])
    const sources = paths.filter((path) => /(?<!\.d)\.ts$/.test(path))
    expect(sources).toEqual([])
    expect(paths.filter((path) => /(^|\/)(tests|runs|scratch)\//.test(path))).toEqual([])
  })

  it('has types for every entry', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, string | { types: string; default: string }>
    }
    const paths = new Set(files.map(({ path }) => `./${path}`))
    for (const entry of Object.values(manifest.exports)) {
      if (typeof entry === 'string') continue
      expect(paths).toContain(entry.types)
      expect(paths).toContain(entry.default)
    }
  })

  it('has an executable program that finds its own configs', () => {
    expect(files.find(({ path }) => path === 'bridge/sim2arm.js')!.mode & 0o111).toBe(0o111)
    const bin = join(installed, 'bridge', 'sim2arm.js')
    const { status, stderr } = spawnSync(process.execPath, [bin, 'train', 'none'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(status).toBe(2)
    expect(stderr).toContain('push-so101')
  })

  it.each([
    ['sim2arm', ['createEnv', 'createVecEnv', 'loadPolicy', 'trainPolicy', 'RosbridgeClient']],
    ['sim2arm/robot', ['compileArm', 'ArmKinematics']],
    ['sim2arm/sim', ['createEnv', 'createVecEnv', 'createTaskEnv', 'createRapierEngine']],
    ['sim2arm/policy', ['Ppo', 'wilsonInterval']],
    ['sim2arm/runtime', ['createPolicy', 'readPolicyFile']],
    ['sim2arm/bridge', ['startRosbridgeServer']],
    ['sim2arm/testing', ['VirtualClock', 'createMemoryPair', 'playTask']],
  ])('imports as %s', (entry, names) => {
    const script = `const m = await import('${entry}'); console.log(JSON.stringify(Object.keys(m)))`
    const { stdout, stderr } = node(script)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(names))
  })

  it('steps an environment made from outside', () => {
    const { stdout, stderr } = node(`
      import { createVecEnv } from 'sim2arm'
      const env = await createVecEnv({ train: 'push-so101', numEnvs: 2 })
      env.reset({ seed: 1, episode: 0, width: 0 })
      env.step(new Float32Array(2 * env.actionSize))
      console.log(env.observation.length === 2 * env.observationSize && env.observation.every(Number.isFinite))
      env.dispose()`)
    expect(stderr).toBe('')
    expect(stdout.trim()).toBe('true')
  })
})
