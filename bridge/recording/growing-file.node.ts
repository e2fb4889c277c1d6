import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import type { IWritable } from '@mcap/core'

/** A new file that only grows. Throws what the file system says. */
export class GrowingFile implements IWritable {
  readonly #file: number
  #size = 0n

  /** @param path - must not exist */
  constructor(path: string) {
    this.#file = openSync(path, 'wx')
  }

  async write(bytes: Uint8Array): Promise<void> {
    let done = 0
    while (done < bytes.length) done += writeSync(this.#file, bytes, done)
    this.#size += BigInt(bytes.length)
  }

  position(): bigint {
    return this.#size
  }

  sync(): void {
    fsyncSync(this.#file)
  }

  close(): void {
    this.sync()
    closeSync(this.#file)
  }
}
