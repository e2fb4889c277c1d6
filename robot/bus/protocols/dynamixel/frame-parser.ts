import { FrameScanner, type FrameVerdict } from '../frame-scanner.ts'
import type { FrameListener } from '../servo-protocol.ts'
import { crc16 } from './crc.ts'
import { BROADCAST_ID, CRC_BYTES, HEADER, INSTRUCTION, MAX_ID, PREFIX_BYTES } from './frame.ts'
import { unstuff } from './stuffing.ts'

const MIN_LENGTH = 3

/** Finds packets by their header, length and CRC. */
export class FrameParser extends FrameScanner {
  readonly #content: Uint8Array
  readonly #maxLength: number
  /** Called with the id of a packet that is whole but for its CRC. */
  onDamaged: (id: number, endIndex: number) => void = () => {}

  /** @param maxLength - longest LEN that is believed; noise that asks for more is dropped at once */
  constructor(maxLength = 1024) {
    super(maxLength + PREFIX_BYTES + 1)
    this.#maxLength = maxLength
    this.#content = new Uint8Array(maxLength)
  }

  protected override damaged(endIndex: number): void {
    this.onDamaged(this.buffer[4]!, endIndex)
  }

  get #length(): number {
    return this.buffer[5]! | (this.buffer[6]! << 8)
  }

  protected judge(): FrameVerdict {
    const { buffer, size } = this
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

  protected deliver(listener: FrameListener, endIndex: number): number {
    const { buffer } = this
    const frameBytes = this.#length + PREFIX_BYTES
    const raw = buffer.subarray(PREFIX_BYTES, frameBytes - CRC_BYTES)
    // What several servos put together in a FAST read is not stuffed: its length was fixed beforehand.
    const isFast = buffer[4] === BROADCAST_ID && raw[0] === INSTRUCTION.STATUS
    const content = this.#content
    let length = raw.length
    if (isFast) content.set(raw)
    else length = unstuff(raw, content)
    listener(buffer[4]!, content[0]!, content.subarray(1, length), endIndex)
    return frameBytes
  }
}
