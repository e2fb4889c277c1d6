import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import loadMujoco from '@mujoco/mujoco'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const BIN = join(ROOT, 'bridge', 'sim2arm.js')

function sim2arm(...args: string[]) {
  return spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' })
}

describe('sim2arm as a program', () => {
  it('lists its commands', () => {
    const { status, stdout } = sim2arm('--help')
    expect(status).toBe(0)
    for (const name of ['train', 'doctor']) expect(stdout).toContain(name)
  })

  it('loads no library of the simulator or the learner for --help', () => {
    const script = `
      process.argv = ['node', 'sim2arm', '--help']
      await (await import(${JSON.stringify(join(ROOT, 'dist/bridge/cli/main.js'))})).main()`
    const flags = ['--input-type=module', '--experimental-loader', loaderThatReports()]
    const { stderr, stdout } = spawnSync(process.execPath, [...flags, '-e', script], {
      encoding: 'utf8',
    })
    expect(stdout).toContain('Usage: sim2arm')
    const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '))
    expect(loaded.some((line) => line.includes('commander'))).toBe(true)
    expect(
      loaded.filter((line) => /tensorflow|rapier|mujoco|serialport|\/ws\//.test(line)),
    ).toEqual([])
  })

  it('describes the machine as JSON lines', () => {
    const { status, stdout, stderr } = sim2arm('doctor', '--json')
    expect(status).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(lines.at(-1)).toMatchObject({ type: 'result', ready: true, missing: [] })
    expect(lines.slice(0, -1).every(({ type }) => type === 'finding')).toBe(true)
    expect(stderr).toContain('node')
  })

  it('measures an update without vectors wider than AVX2', () => {
    const words = ['--instructions', 'avx2', '--repeats', '1', '--json']
    const { status, stdout } = sim2arm('bench', 'update', ...words)
    expect(status).toBe(0)
    const { products, ...result } = JSON.parse(stdout) as { products: string }
    expect(['avx2', 'wasm']).toContain(products)
    expect(result).toMatchObject({ workers: 1, tensorsLeaked: 0 })
  })

  it('writes an arm that MuJoCo reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-export-'))
    const path = join(folder, 'arm.urdf')
    const { status, stdout } = sim2arm('export', 'panda', '--out', path, '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ type: 'result', arm: 'panda', format: 'urdf', path })
    const mujoco = await loadMujoco()
    const model = mujoco.MjModel.from_xml_string(readFileSync(path, 'utf8'))
    expect(model.nq).toBe(9)
    model.delete()
    const full = sim2arm('export', 'panda', '--out', join(folder, 'none', 'arm.urdf'))
    rmSync(folder, { recursive: true })
    expect(full.status).toBe(2)
    expect(full.stderr).toMatch(/^BRIDGE_DISK: cannot write .* \(ENOENT\)/)
  })

  it.skipIf(process.platform === 'win32').each([
    ['push-so101', 'onnx'],
    ['panda', 'urdf'],
  ])('leaves an older file whole where %s finds no room', (what, format) => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-export-'))
    const path = join(folder, 'older')
    writeFileSync(path, 'whole')
    // No file may grow beyond 1 kB, as on a disk that fills up.
    const words = [process.execPath, BIN, 'export', what, '--format', format, '--out', path]
    const shell = ['-c', 'ulimit -f 1 && exec "$0" "$@"', ...words]
    const { status, stderr } = spawnSync('bash', shell, { encoding: 'utf8' })
    const left = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    rmSync(folder, { recursive: true })
    expect(stderr).toMatch(/^BRIDGE_DISK: cannot write .* \(EFBIG\)/)
    expect(status).toBe(2)
    expect(left).toEqual(['whole'])
  })

  it('refuses an unknown command in one line and exits with 2', () => {
    const { status, stdout, stderr } = sim2arm('trian')
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toBe('BRIDGE_USAGE: there is no command "trian". Hint: did you mean train?\n')
  })

  it('names file, line and column of a config mistake and exits with 2', () => {
    const { status, stderr } = sim2arm('train', 'push-so101', '--set', 'numEnvs=many')
    expect(status).toBe(2)
    expect(stderr).toContain('CONFIG_SET_INVALID: --set numEnvs=many numEnvs: expected a number')
    const unknown = sim2arm('train', 'push-so110')
    expect(unknown.status).toBe(2)
    expect(unknown.stderr).toContain('did you mean push-so101?')
  })

  it.skipIf(!existsSync('/dev/full'))('says so when its output goes to a full disk', () => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'doctor', '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    })
    closeSync(full)
    expect(status).toBe(2)
    expect(stderr).toMatch(/BRIDGE_DISK: cannot write the output \(ENOSPC\)\. Hint: .+\n$/)
  })

  it('stops without a trace when the reader of its output is gone', async () => {
    const child = spawn(process.execPath, [BIN, 'doctor', '--json'])
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString()
    })
    await once(child, 'close')
    expect(stderr).not.toMatch(/EPIPE|at .*:\d+:\d+/)
  })
})

/** A module loader that writes each module it loads to stderr. */
function loaderThatReports(): string {
  const source = `import { writeSync } from 'node:fs'
export async function load(url, context, next) {
  writeSync(2, 'loaded ' + url + '\\n')
  return next(url, context)
}`
  return `data:text/javascript,${encodeURIComponent(source)}`
}
