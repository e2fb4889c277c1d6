import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { BIN, endPrograms, expectFailure, type Program, run, watch } from './sim2arm-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-disk-'))
const disk = join(folder, 'disk')
afterAll(async () => {
  await endPrograms()
  rmSync(folder, { recursive: true })
})

describe('a run that fails at its beginning leaves no recording', () => {
  const file = join(folder, 'none.mcap')

  it.each([
    ['demo', '--headless'],
    ['deploy', 'scripted', '--driver', 'sim', '--goal', '0.25,0.05'],
  ])('of %s, where Foxglove’s port is busy', async (...words) => {
    const other = createServer()
    const place = await new Promise<string>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        resolve(`127.0.0.1:${(other.address() as { port: number }).port}`)
      })
    })
    const program = await run(...words, '--foxglove', place, '--record', file)
    other.close()
    await expectFailure(program, 3, 'BRIDGE_PORT_BUSY')
    expect(existsSync(file)).toBe(false)
  })

  it.each([
    ['record', '--excite', '--out'],
    ['deploy', 'scripted', '--sensor', 'object=camera:', '--goal', '0.25,0.05', '--record'],
  ])('of %s, where there is no arm', async (...words) => {
    const calibration = join(folder, 'arm.yaml')
    writeNominalCalibration(calibration)
    const port = ['--port', join(folder, 'nowhere'), '--calibration', calibration]
    await expectFailure(await run(...words, file, ...port), 3, 'ROBOT_PORT_MISSING')
    expect(existsSync(file)).toBe(false)
  })
})

/** Options of `unshare` for a shell that may mount; the mount is its own and goes with it. */
const OWN_MOUNTS = ['--user', '--map-root-user', '--mount', 'bash', '-c']
const isPossible = spawnSync('unshare', [...OWN_MOUNTS, 'mount -t tmpfs none /mnt']).status === 0
const whySkipped = isPossible ? '' : ' (skipped: needs Linux user namespaces to mount a small one)'

/** Runs Node with a disk of 256 kB at `disk`. */
function onSmallDisk(...words: string[]): Program {
  const mount = `mkdir -p ${disk} && mount -t tmpfs -o size=256k none ${disk}`
  const command = [process.execPath, ...words].map((word) => `'${word}'`).join(' ')
  const shell = [...OWN_MOUNTS, `${mount} && ${command}`]
  return watch(spawn('unshare', shell, { stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** Records observations until the recorder is lost; says why. */
const RECORD = `
const { startRecorder } = await import(process.argv[1])
let why
const file = process.argv[2] + "/run.mcap"
const onLost = (error) => { why = error.line }
const recorder = await startRecorder({ file, library: "test", metadata: {}, onLost })
const message = { layout: { dim: [], data_offset: 0 }, data: new Float32Array(2000) }
for (let k = 0; why === undefined; k++) {
  recorder.write([{ topic: "/policy/observation", epochS: k, message }])
  await new Promise((resolve) => setImmediate(resolve))
}
const { numDropped } = recorder
recorder.write([{ topic: "/policy/observation", epochS: 0, message }])
await recorder.close()
console.log(why)
console.log("then left out: " + (recorder.numDropped - numDropped))
`

describe.skipIf(!isPossible)(`a disk that fills up under a recording${whySkipped}`, () => {
  it('is named, and the evaluation goes on', async () => {
    const program = onSmallDisk(
      ...[BIN, 'eval', 'scripted', '--world', 'twin', '--reality', 'nominal', '--json'],
      ...['--episodes', '1', '--record', join(disk, 'run.mcap')],
    )
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.stderr).toMatch(
      /^BRIDGE_DISK: cannot record to .*ENOSPC.*Hint: free some space/m,
    )
    const recording = { isComplete: false }
    expect(program.events.at(-1)).toMatchObject({ type: 'result', episodes: 1, recording })
  })

  it('fails the command that is there to record', async () => {
    const program = onSmallDisk(
      ...[BIN, 'record', '--excite', '--reality', 'nominal', '--seconds', '20', '--json'],
      ...['--out', join(disk, 'run.mcap')],
    )
    expect(await program.ended, program.stderr).toBe(1)
    expect(program.stderr).toMatch(/^BRIDGE_DISK: cannot record to .*ENOSPC/m)
    const result = program.events.at(-1) as {
      readonly recording?: { readonly droppedMessages: number }
    }
    expect(result).toMatchObject({
      type: 'result',
      isWhole: true,
      recording: { isComplete: false },
    })
    expect(result.recording!.droppedMessages).toBeGreaterThan(0)
  })

  it('ends the recorder process and not the run that it records', async () => {
    const module = join(import.meta.dirname, '..', '..', 'dist/bridge/recording/recorder.node.js')
    const words = ['--input-type=module', '-e', RECORD, pathToFileURL(module).href, disk]
    const program = onSmallDisk(...words)
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.stdout).toMatch(
      /^BRIDGE_DISK: cannot record to .*ENOSPC.*Hint: free some space/m,
    )
    expect(program.stdout).toContain('then left out: 1\n')
  })
})

it('says what an arm did, where its sensors cannot be written', async () => {
  const words = ['deploy', 'scripted', '--driver', 'sim', '--goal', '0.22,0.05', '--episodes', '1']
  const program = await run(...words, '--sensor-out', '/dev/full', '--json')
  await expectFailure(program, 2, 'BRIDGE_DISK')
  expect(program.events.find(({ type }) => type === 'deployment')).toMatchObject({ episodes: 1 })
})
