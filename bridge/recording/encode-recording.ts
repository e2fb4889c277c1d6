import { McapRecording } from './mcap-recording.ts'
import type { RecordedMessage } from './topics.ts'

/** The bytes of a recording of these messages. */
export async function encodeRecording(
  name: string,
  messages: readonly RecordedMessage[],
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0n
  const recording = new McapRecording({
    async write(bytes) {
      parts.push(bytes.slice())
      size += BigInt(bytes.length)
    },
    position: () => size,
  })
  await recording.start(name, metadata)
  for (const message of messages) await recording.add(message)
  await recording.end()
  return Buffer.concat(parts)
}
