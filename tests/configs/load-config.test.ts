import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs, loadConfig, packageRoot } from '../../configs/load/load.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'configs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const named = z.object({ name: z.string() })

function failureOf(run: () => unknown): CodedError {
  try {
    run()
  } catch (error) {
    if (error instanceof CodedError) return error
    throw error
  }
  throw new Error('expected a refusal')
}

describe('loadConfig', () => {
  it('finds a config of the package by kind and name', () => {
    expect(loadConfig('arms', 'so101', named).name).toBe('so101')
  })

  it('reads any file given as a path', () => {
    const file = join(folder, 'mine.yaml')
    writeFileSync(file, 'name: mine')
    expect(loadConfig('arms', file, named, { set: ['name=ours'] }).name).toBe('ours')
  })

  it('lists the names there are and the nearest one when a name is unknown', () => {
    const error = failureOf(() => loadConfig('arms', 'so110', named))
    expect(error.code).toBe('CONFIG_UNKNOWN_NAME')
    expect(error.hint).toBe(`did you mean so101? valid: ${listConfigs('arms').join(', ')}`)
  })

  it('names the file that is missing', () => {
    const error = failureOf(() => loadConfig('arms', join(folder, 'none.yaml'), named))
    expect(error.code).toBe('CONFIG_FILE_MISSING')
    expect(error.message).toContain(join(folder, 'none.yaml'))
  })

  it('does not leave the configs folder by a name', () => {
    const error = failureOf(() => loadConfig('arms', '..', named))
    expect(error.code).toBe('CONFIG_UNKNOWN_NAME')
  })
})

describe('packageRoot', () => {
  it('is the folder of the package', () => {
    expect(listConfigs('arms')).toContain('panda')
    expect(join(packageRoot(), 'configs')).toBe(join(import.meta.dirname, '..', '..', 'configs'))
  })
})
