import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdRun, trainingProcess } from '../../../policy/learning/run-lock.node.ts'

let folder: string
let run: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-lock-'))
  run = join(folder, 'run')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As a training of another process has left it. */
function leaveLock(holder: object): void {
  mkdirSync(run, { recursive: true })
  writeFileSync(join(run, 'training.json'), JSON.stringify(holder))
}

describe('a run folder that is held', () => {
  it('names its process, and is held by one at a time', () => {
    expect(trainingProcess(run)).toBe(undefined)
    const letGo = holdRun(run)
    expect(trainingProcess(run)).toBe(process.pid)
    expect(() => holdRun(run)).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_FOLDER_TAKEN',
        message: expect.stringContaining(String(process.pid)),
      }),
    )
    letGo()
    expect(trainingProcess(run)).toBe(undefined)
    holdRun(run)()
  })

  it('is as it was afterwards; one that was not there is gone', () => {
    holdRun(run)()
    expect(existsSync(run)).toBe(false)
    mkdirSync(run)
    writeFileSync(join(run, 'config.yaml'), '')
    holdRun(run)()
    expect(readdirSync(run)).toEqual(['config.yaml'])
  })

  it('is free again when its process is killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const pid = child.pid!
    const stat = `/proc/${pid}/stat`
    // After the name in brackets comes the third field; this one is the 22nd.
    const began = existsSync(stat)
      ? readFileSync(stat, 'utf8').split(') ')[1]!.split(' ')[19]
      : null
    leaveLock({ pid, host: hostname(), began })
    expect(trainingProcess(run)).toBe(pid)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(trainingProcess(run)).toBe(undefined)
    holdRun(run)()
  })

  it('is not held by another process that was given the number, nor by one of another machine', () => {
    const own = holdRun(run)
    const holder = JSON.parse(readFileSync(join(run, 'training.json'), 'utf8')) as object
    own()
    leaveLock({ ...holder, began: 'long ago' })
    expect(trainingProcess(run)).toBe(undefined)
    leaveLock({ ...holder, host: `not-${hostname()}` })
    expect(trainingProcess(run)).toBe(undefined)
    leaveLock(holder)
    expect(trainingProcess(run)).toBe(process.pid)
  })
})
