import type { FrameListener, FrameSource } from '../servo-protocol.ts'
import { crc16 } from './crc.ts'
import { BROADCAST_ID, CRC_BYTES, HEADER, INSTRUCTION, MAX_ID, PREFIX_BYTES } from './frame.ts'
import { unstuff } from './stuffing.ts'

const MIN_LENGTH = 3

/**
 * Finds packets in a stream of bytes that may begin anywhere and contain noise. After one that does not
 * hold up (length, CRC) it moves on by one byte only, so a good packet behind a bad one is found.
 */
export class FrameParser implements FrameSource {
  readonly #buffer: Uint8Array
  readonly #content: Uint8Array
  readonly #maxLength: number
  #size = 0
  /** Bytes that turned out not to belong to a packet, since creation. */
  numDiscarded = 0
  /** Called with the id of a packet that is whole but for its CRC. */
  onDamaged: (id: number, endIndex: number) => void = () => {}

  /** @param maxLength - longest LEN that is believed; noise that asks for more is dropped at once */
  constructor(maxLength = 1024) {
    this.#maxLength = maxLength
    this.#buffer = new Uint8Array(maxLength + PREFIX_BYTES + 1)
    this.#content = new Uint8Array(maxLength)
  }

  push(bytes: Uint8Array, listener: FrameListener): void {
    for (let index = 0; index < bytes.length; index++) {
      this.#buffer[this.#size++] = bytes[index]!
      this.#scan(listener, index + 1)
    }
  }

  reset(): void {
    this.numDiscarded += this.#size
    this.#size = 0
  }

  #scan(listener: FrameListener, endIndex: number): void {
    for (;;) {
      const verdict = this.#verdict()
      if (verdict === 'more') return
      if (verdict === 'frame') {
        const frameBytes = this.#length + PREFIX_BYTES
        this.#deliver(frameBytes, listener, endIndex)
        this.#drop(frameBytes)
        continue
      }
      if (verdict === 'damaged') this.onDamaged(this.#buffer[4]!, endIndex)
      this.#drop(1)
      this.numDiscarded++
    }
  }

  get #length(): number {
    return this.#buffer[5]! | (this.#buffer[6]! << 8)
  }

  #verdict(): 'more' | 'shift' | 'damaged' | 'frame' {
    const buffer = this.#buffer
    const size = this.#size
    for (let index = 0; index < Math.min(size, HEADER.length); index++) {
      if (buffer[index] !== HEADER[index]) return 'shift'
    }
    if (size > 4 && buffer[4]! > MAX_ID && buffer[4] !== BROADCAST_ID) return 'shift'
    if (size < PREFIX_BYTES) return 'more'
    const length = this.#length
    if (length < MIN_LENGTH || length > this.#maxLength) return 'shift'
    const end = PREFIX_BYTES + length
    if (size < end) return 'more'
    const crc = crc16(buffer, 0, end - CRC_BYTES)
    const isTrue = buffer[end - 2] === (crc & 0xff) && buffer[end - 1] === crc >> 8
    return isTrue ? 'frame' : 'damaged'
  }

  #deliver(frameBytes: number, listener: FrameListener, endIndex: number): void {
    const buffer = this.#buffer
    const raw = buffer.subarray(PREFIX_BYTES, frameBytes - CRC_BYTES)
    // What several servos put together in a FAST read is not stuffed: its length was fixed beforehand.
    const isFast = buffer[4] === BROADCAST_ID && raw[0] === INSTRUCTION.STATUS
    const content = this.#content
    let length = raw.length
    if (isFast) content.set(raw)
    else length = unstuff(raw, content)
    listener(buffer[4]!, content[0]!, content.subarray(1, length), endIndex)
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#size)
    this.#size = Math.max(0, this.#size - count)
  }
}
