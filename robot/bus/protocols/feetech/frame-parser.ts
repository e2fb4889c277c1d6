import type { FrameListener, FrameSource } from '../servo-protocol.ts'
import { checksum, FRAME_OVERHEAD_BYTES, HEADER } from './frame.ts'

const CAPACITY = 260

/**
 * Finds frames in a stream of bytes that may begin anywhere and contain noise. After a frame that does not
 * hold up (length, checksum) it moves on by one byte only, so a good frame behind a bad one is found.
 */
export class FrameParser implements FrameSource {
  readonly #buffer = new Uint8Array(CAPACITY)
  readonly #maxLength: number
  #size = 0
  /** Bytes that turned out not to belong to a frame, since creation. */
  numDiscarded = 0

  /** @param maxLength - longest LEN that is believed; noise that asks for more is dropped at once */
  constructor(maxLength = 250) {
    this.#maxLength = maxLength
  }

  push(bytes: Uint8Array, listener: FrameListener): void {
    for (let index = 0; index < bytes.length; index++) {
      this.#buffer[this.#size++] = bytes[index]!
      this.#scan(listener, index + 1)
    }
  }

  /** Forgets a frame begun. */
  reset(): void {
    this.numDiscarded += this.#size
    this.#size = 0
  }

  #scan(listener: FrameListener, endIndex: number): void {
    for (;;) {
      const verdict = this.#verdict()
      if (verdict === 'more') return
      if (verdict === 'shift') {
        this.#drop(1)
        this.numDiscarded++
        continue
      }
      const buffer = this.#buffer
      const frameBytes = buffer[3]! + 4
      listener(buffer[2]!, buffer[4]!, buffer.subarray(5, frameBytes - 1), endIndex)
      this.#drop(frameBytes)
    }
  }

  #verdict(): 'more' | 'shift' | 'frame' {
    const buffer = this.#buffer
    const size = this.#size
    if (size >= 1 && buffer[0] !== HEADER) return 'shift'
    if (size >= 2 && buffer[1] !== HEADER) return 'shift'
    if (size >= 3 && buffer[2] === HEADER) return 'shift'
    if (size < 4) return 'more'
    const length = buffer[3]!
    if (length < 2 || length > this.#maxLength) return 'shift'
    if (size < FRAME_OVERHEAD_BYTES || size < length + 4) return 'more'
    return buffer[length + 3] === checksum(buffer, 2, length + 3) ? 'frame' : 'shift'
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#size)
    this.#size = Math.max(0, this.#size - count)
  }
}
