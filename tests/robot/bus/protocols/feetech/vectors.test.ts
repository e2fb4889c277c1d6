import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../../../robot/bus/protocols/feetech/frame.ts'
import { FrameParser } from '../../../../../robot/bus/protocols/feetech/frame-parser.ts'
import {
  encodeAction,
  encodeBackup,
  encodeCalibrate,
  encodePing,
  encodeRead,
  encodeRecover,
  encodeRegWrite,
  encodeResetTurns,
  encodeRestart,
  encodeSyncRead,
  encodeSyncWrite,
  encodeWrite,
} from '../../../../../robot/bus/protocols/feetech/instructions.ts'

const golden = join(import.meta.dirname, '../../../../golden/servo-vectors.json')
const vectors = JSON.parse(readFileSync(golden, 'utf8')) as {
  ftscs: { name: string; hex: string }[]
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const vendor = (name: string): string => {
  const found = vectors.ftscs.find((vector) => vector.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found.hex
}

/** Goal 2048, time 0, speed 1000, little-endian: what the vendor's examples write to 42..47. */
const GOAL = [0x00, 0x08, 0x00, 0x00, 0xe8, 0x03]

const INSTRUCTIONS: [string, Uint8Array][] = [
  ['ping id1', encodePing(1)],
  ['read id1 56 2', encodeRead(1, 56, 2)],
  ['write broadcast id=1', encodeWrite(254, 5, [1])],
  ['write id1 goal2048 t0 v1000', encodeWrite(1, 42, GOAL)],
  ['reg write id1', encodeRegWrite(1, 42, GOAL)],
  ['reg write id10', encodeRegWrite(10, 42, GOAL)],
  ['action broadcast', encodeAction()],
  [
    'sync write 4 servos',
    encodeSyncWrite([1, 2, 3, 4], 42, 6, [...GOAL, ...GOAL, ...GOAL, ...GOAL]),
  ],
  ['sync read 56 8 ids1,2', encodeSyncRead([1, 2], 56, 8)],
  ['reset 0x0A', encodeResetTurns(1)],
  ['calibrate mid 0x0B', encodeCalibrate(1)],
  ['calibrate 1024', encodeCalibrate(1, 1024)],
  ['recover 0x06', encodeRecover(1)],
  ['backup 0x09', encodeBackup(1)],
  ['restart 0x08', encodeRestart(1)],
]

describe('Feetech instructions', () => {
  it.each(INSTRUCTIONS)('%s has the bytes of the vendor manual', (name, frame) => {
    expect(hexOf(frame)).toBe(vendor(name))
  })
})

describe('the Feetech frame parser on the vendor manual', () => {
  it.each(vectors.ftscs.map(({ name, hex }) => [name, hex]))('reads %s', (_, hex) => {
    const bytes = Buffer.from(hex!, 'hex')
    const frames: string[] = []
    new FrameParser().push(bytes, (id, code, parameters, endIndex) => {
      expect(endIndex).toBe(bytes.length)
      frames.push(hexOf(encodeFrame(id, code, parameters)))
    })
    expect(frames).toEqual([hex])
  })

  it('reads position, voltage and temperature where the manual says they are', () => {
    const bytes = Buffer.from(vendor('status sync id2 pos2047 v11.9 t35'), 'hex')
    let seen: number[] = []
    new FrameParser().push(bytes, (id, error, parameters) => {
      seen = [id, error, parameters[0]! | (parameters[1]! << 8), parameters[6]!, parameters[7]!]
    })
    expect(seen).toEqual([2, 0, 2047, 119, 35])
  })
})
