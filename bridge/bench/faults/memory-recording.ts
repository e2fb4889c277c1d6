import { McapStreamReader } from '@mcap/core'
import { encodeRecording } from '../../recording/encode-recording.ts'
import type { RecordedMessage } from '../../recording/topics.ts'

/** A recording that stays in memory, to be written and read back at the end. */
export class MemoryRecording {
  private readonly messages: RecordedMessage[] = []

  write(messages: readonly RecordedMessage[]): void {
    this.messages.push(...messages)
  }

  /** Whether all that was recorded is in the file, in its order of time. */
  async isWhole(): Promise<boolean> {
    const reader = new McapStreamReader()
    reader.append(await encodeRecording('bench faults', this.messages, {}))
    let numRead = 0
    let lastTime = 0n
    for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
      if (record.type !== 'Message') continue
      if (record.logTime < lastTime) return false
      lastTime = record.logTime
      numRead++
    }
    return reader.done() && numRead === this.messages.length
  }
}
