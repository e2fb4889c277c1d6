import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crc16 } from '../../../../../robot/bus/protocols/dynamixel/crc.ts'
import { encodeFrame, encodeStatus } from '../../../../../robot/bus/protocols/dynamixel/frame.ts'
import { FrameParser } from '../../../../../robot/bus/protocols/dynamixel/frame-parser.ts'
import {
  encodeAction,
  encodeBulkRead,
  encodeBulkWrite,
  encodeClearTurns,
  encodeFactoryReset,
  encodePing,
  encodeRead,
  encodeReboot,
  encodeRegWrite,
  encodeSyncRead,
  encodeSyncWrite,
  encodeTableBackup,
  encodeWrite,
  FACTORY_RESET,
  TABLE_BACKUP,
} from '../../../../../robot/bus/protocols/dynamixel/instructions.ts'
import { DYNAMIXEL } from '../../../../../robot/bus/protocols/dynamixel/protocol.ts'

const golden = join(import.meta.dirname, '../../../../golden/servo-vectors.json')
const vectors = JSON.parse(readFileSync(golden, 'utf8')) as {
  dynamixel2: { name: string; hex: string }[]
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const vendor = (name: string): string => {
  const found = vectors.dynamixel2.find((vector) => vector.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found.hex
}

const PACKETS: [string, Uint8Array][] = [
  ['ping id1', encodePing(1)],
  ['status ping id1 model1030 fw38', encodeStatus(1, 0, [0x06, 0x04, 38])],
  ['ping broadcast', encodePing(254)],
  ['status ping id2', encodeStatus(2, 0, [0x06, 0x04, 38])],
  ['read id1 132 4', encodeRead(1, 132, 4)],
  ['status read 166', encodeStatus(1, 0, [166, 0, 0, 0])],
  ['write id1 goal 512', encodeWrite(1, 116, [0, 2, 0, 0])],
  ['status write ok id1', encodeStatus(1, 0)],
  ['reg write id1 goal vel 200', encodeRegWrite(1, 104, [200, 0, 0, 0])],
  ['action id1', encodeAction(1)],
  ['factory reset id1 opt1', encodeFactoryReset(1, FACTORY_RESET.KEEP_ID)],
  ['reboot id1', encodeReboot(1)],
  ['clear multi-turn id1', encodeClearTurns(1)],
  ['table backup id1', encodeTableBackup(1, TABLE_BACKUP.STORE)],
  ['sync read 132 4 ids1,2', encodeSyncRead([1, 2], 132, 4)],
  ['status sync id2 2079', encodeStatus(2, 0, [0x1f, 0x08, 0, 0])],
  [
    'sync write 116 4 id1=150 id2=170',
    encodeSyncWrite([1, 2], 116, 4, [150, 0, 0, 0, 170, 0, 0, 0]),
  ],
  [
    'bulk read id1 144/2 id2 146/1',
    encodeBulkRead([
      { id: 1, address: 144, length: 2 },
      { id: 2, address: 146, length: 1 },
    ]),
  ],
  ['status bulk id1 119', encodeStatus(1, 0, [119, 0])],
  ['status bulk id2 36', encodeStatus(2, 0, [36])],
  [
    'bulk write id1 32/2=160 id2 31/1=80',
    encodeBulkWrite(
      [
        { id: 1, address: 32, length: 2 },
        { id: 2, address: 31, length: 1 },
      ],
      [[160, 0], [80]],
    ),
  ],
]

describe('Dynamixel packets', () => {
  it.each(PACKETS)('%s has the bytes of the vendor manual', (name, frame) => {
    expect(hexOf(frame)).toBe(vendor(name))
  })

  it('covers every example of the manual', () => {
    expect(PACKETS.map(([name]) => name)).toEqual(vectors.dynamixel2.map(({ name }) => name))
  })
})

describe('CRC-16', () => {
  it.each(vectors.dynamixel2.map(({ name, hex }) => [name, hex]))('of %s', (_, hex) => {
    const bytes = Buffer.from(hex!, 'hex')
    expect(crc16(bytes, 0, bytes.length - 2)).toBe(bytes.readUInt16LE(bytes.length - 2))
  })

  it('of 123456789 is the catalogued 0xFEE8 (CRC-16/BUYPASS)', () => {
    expect(crc16(Buffer.from('123456789'), 0, 9)).toBe(0xfee8)
  })
})

describe('the Dynamixel packet parser on the vendor manual', () => {
  it.each(vectors.dynamixel2.map(({ name, hex }) => [name, hex]))('reads %s', (_, hex) => {
    const bytes = Buffer.from(hex!, 'hex')
    const frames: string[] = []
    new FrameParser().push(bytes, (id, instruction, parameters, endIndex) => {
      expect(endIndex).toBe(bytes.length)
      frames.push(hexOf(encodeFrame(id, instruction, parameters)))
    })
    expect(frames).toEqual([hex])
  })

  it('reads id, error and position where the manual says they are', () => {
    const seen: number[][] = []
    DYNAMIXEL.createStatusParser().push(
      Buffer.from(vendor('status sync id2 2079'), 'hex'),
      (id, error, parameters) => seen.push([id, error, ...parameters]),
    )
    // 0x0000081F = 2079.
    expect(seen).toEqual([[2, 0, 0x1f, 0x08, 0, 0]])
  })

  it('takes no instruction for a status: an adapter may echo what the host says', () => {
    const seen: number[] = []
    DYNAMIXEL.createStatusParser().push(encodePing(1), (id) => seen.push(id))
    expect(seen).toEqual([])
  })
})
