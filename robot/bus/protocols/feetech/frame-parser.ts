import { FrameScanner, type FrameVerdict } from '../frame-scanner.ts'
import type { FrameListener } from '../servo-protocol.ts'
import { checksum, FRAME_OVERHEAD_BYTES, HEADER } from './frame.ts'

const CAPACITY = 260

/** Finds frames by their header, length and checksum. */
export class FrameParser extends FrameScanner {
  readonly #maxLength: number

  /** @param maxLength - longest LEN that is believed; noise that asks for more is dropped at once */
  constructor(maxLength = 250) {
    super(CAPACITY)
    this.#maxLength = maxLength
  }

  protected deliver(listener: FrameListener, endIndex: number): number {
    const { buffer } = this
    const frameBytes = buffer[3]! + 4
    listener(buffer[2]!, buffer[4]!, buffer.subarray(5, frameBytes - 1), endIndex)
    return frameBytes
  }

  protected judge(): FrameVerdict {
    const { buffer, size } = this
    if (size >= 1 && buffer[0] !== HEADER) return 'shift'
    if (size >= 2 && buffer[1] !== HEADER) return 'shift'
    if (size >= 3 && buffer[2] === HEADER) return 'shift'
    if (size < 4) return 'more'
    const length = buffer[3]!
    if (length < 2 || length > this.#maxLength) return 'shift'
    if (size < FRAME_OVERHEAD_BYTES || size < length + 4) return 'more'
    return buffer[length + 3] === checksum(buffer, 2, length + 3) ? 'frame' : 'shift'
  }
}
