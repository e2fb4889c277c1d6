import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SerialFacts, serialFindings } from '../../../bridge/cli/serial-findings.ts'
import { isAdapter, stablePortName } from '../../../bridge/cli/servo-bus.ts'
import { supplyFinding } from '../../../bridge/cli/supply-finding.ts'
import { koch, so101 } from '../../robot/bus/twin-arm.ts'

let folder: string
let facts: SerialFacts
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-serial-'))
  const [dev, sys] = [join(folder, 'dev'), join(folder, 'sys')]
  mkdirSync(dev)
  writeFileSync(join(dev, 'ttyUSB0'), '')
  writeFileSync(join(dev, 'ttyS0'), '')
  for (const [device, latency] of [
    ['ttyUSB0', '16\n'],
    ['ttyUSB1', '1\n'],
  ] as const) {
    const place = join(sys, 'bus', 'usb-serial', 'devices', device)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'latency_timer'), latency)
  }
  mkdirSync(join(sys, 'bus', 'usb-serial', 'devices', 'ttyUSB2'))
  facts = { dev, sys, platform: 'linux', groups: ['me'], isRoot: false }
})
afterAll(() => rmSync(folder, { recursive: true }))

const find = (name: string, changes: Partial<SerialFacts> = {}) =>
  serialFindings({ ...facts, ...changes }).find((finding) => finding.name === name)

describe('what doctor says of serial ports', () => {
  it('lists adapters, not the board’s own ports', () => {
    expect(find('serial-ports')).toMatchObject({
      status: 'present',
      found: join(folder, 'dev', 'ttyUSB0'),
    })
    expect(find('serial-ports', { dev: join(folder, 'none') })).toMatchObject({ status: 'absent' })
  })

  it('tells who may not open them, before one is there', () => {
    expect(find('serial-permission')).toMatchObject({
      status: 'absent',
      hint: expect.stringContaining('usermod -aG dialout') as string,
    })
    for (const changes of [
      { groups: ['me', 'dialout'] },
      { groups: ['uucp'] },
      { isRoot: true },
      { platform: 'darwin' as const },
    ]) {
      expect(find('serial-permission', changes)?.status).toBe('present')
    }
  })

  it('finds the latency timer that makes a bus slow, and how to set it', () => {
    expect(find('latency-ttyUSB0')).toMatchObject({
      status: 'absent',
      found: '16 ms: at most 62 reads per second',
      hint: expect.stringMatching(/^echo 1 \| sudo tee .*ttyUSB0\/latency_timer$/) as string,
    })
    expect(find('latency-ttyUSB1')?.status).toBe('present')
    expect(find('latency-ttyUSB2')).toBeUndefined()
  })
})

describe('what doctor says of an arm’s supply', () => {
  const at = (...voltages: number[]) =>
    voltages.map((voltageV, k) => ({ joint: so101.joints[k]!.name, voltageV }))

  it('is content with what the servos are made for', () => {
    expect(supplyFinding(so101, at(7.4, 7.2, 6.8))).toMatchObject({ status: 'present' })
  })

  it('warns of servos for 7.4 V at 12 V, and of a supply that is weak', () => {
    const over = supplyFinding(so101, at(7.4, 12.1))
    expect(over).toMatchObject({ status: 'missing', hint: expect.stringMatching(/^switch it off/) })
    expect(over.found).toBe('shoulder_lift has 12.1 V, so101 is made for 7.4 V')
    expect(supplyFinding(so101, at(5))).toMatchObject({ status: 'missing' })
  })

  it('knows servos behind a converter', () => {
    const names = koch.joints.map(({ name }) => name)
    const measured = [12, 12, 5, 5, 5, 5].map((voltageV, k) => ({ joint: names[k]!, voltageV }))
    expect(supplyFinding(koch, measured).status).toBe('present')
    const swapped = [{ joint: 'gripper', voltageV: 12 }]
    expect(supplyFinding(koch, swapped).status).toBe('missing')
  })
})

describe('the names of ports', () => {
  it('are those that stay, where there are such', () => {
    const byId = join(folder, 'by-id')
    const device = join(folder, 'dev', 'ttyUSB0')
    mkdirSync(byId)
    symlinkSync(device, join(byId, 'usb-Adapter_1234-if00'))
    expect(stablePortName(device, byId)).toBe(join(byId, 'usb-Adapter_1234-if00'))
    expect(stablePortName(join(folder, 'dev', 'ttyS0'), byId)).toBe(join(folder, 'dev', 'ttyS0'))
    expect(stablePortName('/dev/nowhere', byId)).toBe('/dev/nowhere')
    expect(stablePortName(device, join(folder, 'none'))).toBe(device)
  })

  it('leave out the serial ports of the board', () => {
    const ports = ['/dev/ttyS0', '/dev/ttyUSB0', '/dev/ttyACM1', '/dev/tty.usbmodem1', 'COM3']
    expect(ports.filter(isAdapter)).toEqual(ports.slice(1))
  })
})
