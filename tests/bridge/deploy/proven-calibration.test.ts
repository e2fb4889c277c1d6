import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ProvenCalibration } from '../../../bridge/deploy/proven-calibration.node.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { so101 } from '../../sim/push-setup.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-proven-'))
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const { joints } = nominalCalibration(so101)
const at = (path: string, changed = joints) =>
  new ProvenCalibration(path, 'so101', { joints: changed })

describe('a calibration that an arm has run with', () => {
  it('is remembered beside its file, until one of its numbers changes', () => {
    const file = join(folder, 'arm.yaml')
    expect(at(file).isProven).toBe(false)
    expect(at(file).remember()).toBe(`${file}.proven`)
    expect(at(file).isProven).toBe(true)
    const moved = joints.map((joint, i) => (i === 2 ? { ...joint, zeroTicks: 2048 } : joint))
    expect(at(file, moved).isProven).toBe(false)
  })

  it('is remembered elsewhere when its own place cannot be written', () => {
    // A folder in the place of the file cannot be written, not even by root.
    const sealed = join(folder, 'sealed')
    mkdirSync(join(sealed, 'arm.yaml.proven'), { recursive: true })
    chmodSync(sealed, 0o500)
    const file = join(sealed, 'arm.yaml')
    const place = at(file).remember()
    expect(place).toContain(join(folder, 'state', 'sim2arm', 'proven'))
    expect(existsSync(place!)).toBe(true)
    expect(at(file).isProven).toBe(true)
    chmodSync(sealed, 0o700)
  })
})
