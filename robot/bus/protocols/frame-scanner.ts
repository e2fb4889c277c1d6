import type { FrameListener, FrameSource } from './servo-protocol.ts'

/** What the bytes so far are: a frame, its beginning, or something to move on from by one byte. */
export type FrameVerdict = 'more' | 'shift' | 'damaged' | 'frame'

/**
 * Finds frames in a stream of bytes that may begin anywhere and contain noise. After one that does not
 * hold up it moves on by one byte only, so a good frame behind a bad one is found.
 */
export abstract class FrameScanner implements FrameSource {
  /** Bytes that turned out not to belong to a frame, since creation. */
  numDiscarded = 0
  protected readonly buffer: Uint8Array
  /** Bytes in the buffer. */
  protected size = 0

  constructor(capacity: number) {
    this.buffer = new Uint8Array(capacity)
  }

  push(bytes: Uint8Array, listener: FrameListener): void {
    for (let index = 0; index < bytes.length; index++) {
      this.buffer[this.size++] = bytes[index]!
      this.#scan(listener, index + 1)
    }
  }

  reset(): void {
    this.numDiscarded += this.size
    this.size = 0
  }

  /** Looks at the beginning of the buffer. */
  protected abstract judge(): FrameVerdict

  /** Hands the frame at the beginning of the buffer on; returns its length in bytes. */
  protected abstract deliver(listener: FrameListener, endIndex: number): number

  /** The frame at the beginning of the buffer is whole but for its check. */
  protected damaged(_endIndex: number): void {}

  #scan(listener: FrameListener, endIndex: number): void {
    for (;;) {
      const verdict = this.judge()
      if (verdict === 'more') return
      if (verdict === 'frame') {
        this.#drop(this.deliver(listener, endIndex))
        continue
      }
      if (verdict === 'damaged') this.damaged(endIndex)
      this.#drop(1)
      this.numDiscarded++
    }
  }

  #drop(count: number): void {
    this.buffer.copyWithin(0, count, this.size)
    this.size = Math.max(0, this.size - count)
  }
}
