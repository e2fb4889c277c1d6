import { describe, expect, it } from 'vitest'
import {
  encodeFastStatus,
  splitFastStatus,
} from '../../../../../robot/bus/protocols/dynamixel/fast-status.ts'
import { encodeFrame, encodeStatus } from '../../../../../robot/bus/protocols/dynamixel/frame.ts'
import { FrameParser } from '../../../../../robot/bus/protocols/dynamixel/frame-parser.ts'
import { stuff, unstuff } from '../../../../../robot/bus/protocols/dynamixel/stuffing.ts'
import { RandomStream } from '../../../../../robot/model/random.ts'

/** Packets found in chunks, as `id:instruction:parameters`. */
function parse(chunks: readonly Uint8Array[], parser = new FrameParser()): string[] {
  const found: string[] = []
  for (const chunk of chunks) {
    parser.push(chunk, (id, code, parameters) => found.push(`${id}:${code}:${[...parameters]}`))
  }
  return found
}

/** Bytes of which every third is part of a header, which is the worst kind. */
const headerLike = (random: RandomStream, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => {
    const draw = random.uniform()
    if (draw < 0.5) return 0xff
    return draw < 0.8 ? 0xfd : random.integer(256)
  })

describe('byte stuffing', () => {
  it('puts FD behind FF FF FD, as the manual says', () => {
    expect([...stuff(Uint8Array.of(3, 0xff, 0xff, 0xfd, 7))]).toEqual([
      3, 0xff, 0xff, 0xfd, 0xfd, 7,
    ])
    // FD FD in the data itself stays distinguishable.
    expect([...stuff(Uint8Array.of(0xff, 0xff, 0xfd, 0xfd))]).toEqual([
      0xff, 0xff, 0xfd, 0xfd, 0xfd,
    ])
    expect([...stuff(Uint8Array.of(0xff, 0xfd, 0xff))]).toEqual([0xff, 0xfd, 0xff])
  })

  it('leaves no header in what it gives, and is undone without loss', () => {
    const random = new RandomStream(11)
    const out = new Uint8Array(64)
    for (let round = 0; round < 5000; round++) {
      const bytes = headerLike(random, 1 + random.integer(24))
      const stuffed = stuff(bytes)
      const hex = Buffer.from(stuffed).toString('hex')
      for (let at = hex.indexOf('fffffd'); at >= 0; at = hex.indexOf('fffffd', at + 2)) {
        if (at % 2 === 0) expect(hex.slice(at + 6, at + 8)).toBe('fd')
      }
      expect([...out.subarray(0, unstuff(stuffed, out))]).toEqual([...bytes])
    }
  })
})

describe('the Dynamixel packet parser', () => {
  const frame = encodeStatus(1, 0, [166, 0, 0, 0])
  const seen = '1:85:0,166,0,0,0'

  it('finds a packet cut anywhere into chunks', () => {
    for (let cut = 1; cut < frame.length; cut++) {
      expect(parse([frame.subarray(0, cut), frame.subarray(cut)])).toEqual([seen])
    }
  })

  it('gives back whatever parameters were put in, stuffed or not', () => {
    const random = new RandomStream(3)
    for (let round = 0; round < 2000; round++) {
      const parameters = headerLike(random, random.integer(20))
      expect(parse([encodeFrame(7, 3, parameters)])).toEqual([`7:3:${[...parameters]}`])
    }
  })

  it('shifts by one byte when header bytes precede the header', () => {
    expect(parse([Uint8Array.of(0xff, ...frame)])).toEqual([seen])
    expect(parse([Uint8Array.of(0xff, 0xff, 0xfd, ...frame)])).toEqual([seen])
    expect(parse([Uint8Array.of(0xff, 0xff, ...frame)])).toEqual([seen])
  })

  it('drops a packet with a wrong CRC, tells whose, and finds the one behind it', () => {
    const damaged = frame.slice()
    damaged[9]! ^= 0x10
    const parser = new FrameParser()
    const ids: number[] = []
    parser.onDamaged = (id) => ids.push(id)
    expect(parse([damaged, frame], parser)).toEqual([seen])
    expect(ids).toEqual([1])
  })

  it('forgets a packet begun when told to', () => {
    const parser = new FrameParser()
    parse([Uint8Array.of(0xff, 0xff, 0xfd, 0, 2, 200, 0, 0x55)], parser)
    parser.reset()
    expect(parse([frame], parser)).toEqual([seen])
  })

  it('finds every packet between bursts of noise, and none that was not sent', () => {
    const random = new RandomStream(5)
    const sent: string[] = []
    const chunks: Uint8Array[] = []
    for (let index = 0; index < 2000; index++) {
      const parameters = [index & 0xff, index >> 8, 0xff, 0xff, 0xfd, random.integer(256)]
      chunks.push(
        headerLike(random, random.integer(12)),
        encodeFrame(1 + (index % 200), 3, parameters),
      )
      sent.push(`${1 + (index % 200)}:3:${parameters}`)
    }
    // Enough to flush a false header that still waits for its bytes.
    chunks.push(new Uint8Array(1100))
    expect(parse(chunks)).toEqual(sent)
  })
})

describe('the packet that answers a FAST read', () => {
  const parts = [
    { id: 3, error: 0, bytes: Uint8Array.of(166, 0, 0, 0) },
    { id: 7, error: 0x80, bytes: Uint8Array.of(0xff, 0xff, 0xfd, 0) },
  ]

  it('comes from the broadcast id, holds ERR ID DATA CRC per servo, and is not stuffed', () => {
    const frame = encodeFastStatus(parts)
    expect(frame).toHaveLength(8 + 2 * (4 + 4))
    // FE, LEN = instruction and two parts, STATUS, then error and id of the first.
    expect([...frame.subarray(4, 10)]).toEqual([0xfe, 17, 0, 0x55, 0, 3])
    expect([...frame.subarray(16, 22)]).toEqual([0x80, 7, 0xff, 0xff, 0xfd, 0])
  })

  it('is found by the parser and split into what the servos said', () => {
    let split: unknown
    new FrameParser().push(encodeFastStatus(parts), (_id, _code, parameters) => {
      split = splitFastStatus(parameters, [4, 4])
    })
    expect(split).toEqual(parts)
  })

  it('is refused when its parts are not as long as asked', () => {
    new FrameParser().push(encodeFastStatus(parts), (_id, _code, parameters) => {
      expect(splitFastStatus(parameters, [4, 2])).toBeNull()
      expect(splitFastStatus(parameters, [4, 4, 4])).toBeNull()
    })
    expect.assertions(2)
  })
})
