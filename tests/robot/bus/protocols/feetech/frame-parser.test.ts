import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../../../robot/bus/protocols/feetech/frame.ts'
import { FrameParser } from '../../../../../robot/bus/protocols/feetech/frame-parser.ts'
import { RandomStream } from '../../../../../robot/model/random.ts'

/** Frames found in chunks, as `id:code:parameters`. */
function parse(chunks: readonly Uint8Array[], parser = new FrameParser()): string[] {
  const found: string[] = []
  for (const chunk of chunks) {
    parser.push(chunk, (id, code, parameters) => found.push(`${id}:${code}:${[...parameters]}`))
  }
  return found
}

const frame = Uint8Array.of(0xff, 0xff, 1, 4, 0, 0x18, 0x05, 0xdd)

describe('the Feetech frame parser', () => {
  it('finds a frame cut anywhere into chunks', () => {
    for (let cut = 1; cut < frame.length; cut++) {
      expect(parse([frame.subarray(0, cut), frame.subarray(cut)])).toEqual(['1:0:24,5'])
    }
  })

  it('shifts by one byte when a header byte precedes the header', () => {
    expect(parse([Uint8Array.of(0xff, ...frame)])).toEqual(['1:0:24,5'])
    expect(parse([Uint8Array.of(0xff, 0xff, 0xff, ...frame)])).toEqual(['1:0:24,5'])
  })

  it('keeps header bytes inside parameters', () => {
    const parameters = [0xff, 0xff, 0xff, 0x01, 0xff, 0xff]
    expect(parse([encodeFrame(7, 0, parameters)])).toEqual([`7:0:${parameters}`])
  })

  it('drops a frame with a wrong checksum and finds the one behind it', () => {
    const damaged = frame.slice()
    damaged[5]! ^= 0x10
    expect(parse([damaged, frame])).toEqual(['1:0:24,5'])
  })

  it('finds a good frame behind a header that promises more bytes than came', () => {
    const cut = Uint8Array.of(0xff, 0xff, 2, 6, 0)
    expect(parse([cut, frame, frame])).toContain('1:0:24,5')
  })

  it('forgets a frame begun when told to', () => {
    const parser = new FrameParser()
    parse([Uint8Array.of(0xff, 0xff, 2, 200, 0)], parser)
    parser.reset()
    expect(parse([frame], parser)).toEqual(['1:0:24,5'])
  })

  it('finds every frame between bursts of noise, and hardly any that was not sent', () => {
    const random = new RandomStream(5)
    const numFrames = 3000
    const chunks: Uint8Array[] = []
    for (let index = 0; index < numFrames; index++) {
      // Noise with many header bytes, which is the worst kind.
      const noise = Uint8Array.from({ length: random.integer(12) }, () =>
        random.uniform() < 0.3 ? 0xff : random.integer(256),
      )
      const parameters = [index & 0xff, index >> 8, 0xff, 0xff, random.integer(256)]
      chunks.push(noise, encodeFrame(1 + (index % 200), 0, parameters))
    }
    // Enough to flush a false header that still waits for its bytes.
    chunks.push(new Uint8Array(260))
    const found = parse(chunks)
    const sent = new Set(
      found.filter((text) => {
        const [id, code, parameters] = text.split(':')
        const [low, high] = parameters!.split(',').map(Number)
        const index = low! | (high! << 8)
        return code === '0' && Number(id) === 1 + (index % 200) && index < numFrames
      }),
    )
    // A false header swallows a true frame only when its checksum fits by chance: 1 in 256.
    expect(sent.size).toBeGreaterThan(numFrames * 0.99)
    expect(found.length - sent.size).toBeLessThan(numFrames * 0.02)
  })
})
