import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  BIN,
  endPrograms,
  expectFailure,
  type Program,
  start,
  until,
  watch,
} from './sim2arm-process.ts'
import { SmallTraining } from './small-training.ts'

let training: SmallTraining
const path = (name: string) => training.path(name)
const train = (out: string, ...options: string[]) => training.args(out, ...options)
const figures = (run: string) => training.figures(run)

beforeAll(() => {
  training = new SmallTraining()
})
afterEach(endPrograms)
afterAll(() => training.remove())

const afterUpdate = (program: Program, iteration: number) =>
  program.line(new RegExp(`^{"type":"update","iteration":${iteration},`))

const files = (run: string): string[] =>
  readdirSync(path(run), { recursive: true, encoding: 'utf8' })
const isUnfinished = (name: string) => name.endsWith('.part')

describe('training that is ended', () => {
  it('by Ctrl-C writes its checkpoint and says where it stands', async () => {
    const program = start(train('whole'))
    await afterUpdate(program, 4)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    const result = program.events.at(-1)!
    expect(result).toMatchObject({ type: 'result', stoppedBy: 'interrupted' })
    const last = String(result['updates']).padStart(7, '0')
    expect(files('whole')).toContain(join('checkpoints', `${last}.ckpt`))
    expect(files('whole').filter(isUnfinished)).toEqual([])
  })

  it('by a kill goes on with the same numbers as if nothing had happened', async () => {
    const killed = start(train('killed'))
    await afterUpdate(killed, 2)
    killed.child.kill('SIGKILL')
    await killed.ended
    // What a kill in the middle of a write leaves.
    writeFileSync(path('killed/policy.onnx.123.part'), 'half')
    writeFileSync(path('killed/checkpoints/0000003.ckpt.123.part'), 'half')

    const resumed = start(['train', '--resume', path('killed'), '--json'])
    await afterUpdate(resumed, 4)
    resumed.child.kill('SIGINT')
    expect(await resumed.ended, resumed.stderr).toBe(130)
    // At least four updates, and the evaluations after the second and the fourth.
    const [whole, parts] = [figures('whole'), figures('killed')]
    const numBoth = Math.min(whole.length, parts.length)
    expect(numBoth).toBeGreaterThanOrEqual(5)
    expect(parts.slice(0, numBoth)).toEqual(whole.slice(0, numBoth))
    expect(files('killed').filter(isUnfinished)).toEqual([])
  })

  it('by a kill before its first update can be resumed too', async () => {
    const killed = start(train('early'))
    const first = path('early/checkpoints/0000000.ckpt')
    await until(() => existsSync(first), 'there is something to go on with')
    killed.child.kill('SIGKILL')
    await killed.ended
    const resumed = start(['train', '--resume', path('early'), '--json'])
    await afterUpdate(resumed, 1)
    resumed.child.kill('SIGINT')
    expect(await resumed.ended, resumed.stderr).toBe(130)
    expect(figures('early')[0]).toEqual(figures('whole')[0])
  })

  it('by a reader that has seen enough writes its checkpoint', async () => {
    const quoted = [process.execPath, BIN, ...train('read')].map((word) => `'${word}'`).join(' ')
    const shell = spawn('bash', ['-c', `${quoted} | head -n 2`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const program = watch(shell)
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.stdout.trim().split('\n')).toHaveLength(2)
    expect(program.stderr).not.toMatch(/EPIPE|^\s+at /m)
    expect(files('read').filter((name) => name.endsWith('.ckpt'))).not.toEqual([])
  })
})

/** Options of `unshare` for a shell that may mount; the mount is its own and goes with it. */
const OWN_MOUNTS = ['--user', '--map-root-user', '--mount', 'bash', '-c']
const mountDisk = () =>
  `mkdir -p ${path('disk')} && mount -t tmpfs -o size=256k none ${path('disk')}`
const isDiskPossible =
  spawnSync('unshare', [...OWN_MOUNTS, 'mount -t tmpfs none /mnt']).status === 0
const whySkipped = isDiskPossible
  ? ''
  : ' (skipped: needs Linux user namespaces to mount a small one)'

describe('a full disk', () => {
  it.skipIf(!isDiskPossible)(
    `ends training with the reason and nothing half written${whySkipped}`,
    async () => {
      const command = [process.execPath, BIN, ...train('disk/run')].map((word) => `'${word}'`)
      const list = `find ${path('disk')} -type f -printf '"%f"\\n' >&2`
      const script = `${mountDisk()} && { ${command.join(' ')}; code=$?; ${list}; exit $code; }`
      const words = [...OWN_MOUNTS, script]
      const program = watch(spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'] }))
      expect(await program.ended, program.stderr).toBe(2)
      expect(program.stderr).toMatch(/^BRIDGE_DISK: .* \(ENOSPC\)\. Hint: the disk is full/m)
      expect(program.stderr).not.toMatch(/^\s+at |\.part"/m)
      expect(program.stderr).toContain('"config.yaml"')
      expect(program.events.at(-1)).toMatchObject({ type: 'result', exitCode: 2 })
    },
  )

  it.skipIf(process.platform !== 'linux')('is named when a card cannot be written', async () => {
    const options = ['--episodes', '2', '--randomization', 'none', '--append', '/dev/full']
    const program = start(['eval', 'still', ...options, '--json'])
    await expectFailure(program, 2, 'BRIDGE_DISK', /\/dev\/full \(ENOSPC\).*the disk is full/)
    expect(program.events.at(-2)).toMatchObject({ type: 'evaluation', episodes: 2 })
  })
})
