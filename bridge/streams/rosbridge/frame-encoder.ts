import { type RosType, rosType } from '../../recording/ros-types.ts'
import { type MessageType, shortTypeName } from '../messages.ts'
import { encodeCbor } from './cbor.ts'
import { fragmentText } from './fragments.ts'
import type { Compression } from './operations.schema.ts'
import { textToPng } from './text-png.ts'

/** What goes over the wire as one WebSocket message. */
export type Frame = string | Uint8Array

export interface Published {
  readonly topic: string
  readonly type: MessageType
  readonly message: unknown
}

/**
 * Publications as frames. Remembers the last one, since one message goes to many clients one after another.
 *
 * @param epochNow - seconds since 1970
 */
export class FrameEncoder {
  readonly #epochNow: () => number
  readonly #types = new Map<MessageType, RosType>()
  readonly #latest = new Map<Compression, Frame>()
  #latestMessage: unknown
  #latestTopic = ''
  #numFragmented = 0

  constructor(epochNow: () => number) {
    this.#epochNow = epochNow
  }

  /** @param fragmentSize - of texts, in characters; undefined keeps them whole */
  encode(published: Published, compression: Compression, fragmentSize?: number): readonly Frame[] {
    if (published.message !== this.#latestMessage || published.topic !== this.#latestTopic) {
      this.#latest.clear()
      this.#latestMessage = published.message
      this.#latestTopic = published.topic
    }
    const known = this.#latest.get(compression)
    const frame = known ?? this.#whole(published, compression)
    if (known === undefined) this.#latest.set(compression, frame)
    if (typeof frame !== 'string' || fragmentSize === undefined) return [frame]
    return fragmentText(frame, fragmentSize, `fragment:${this.#numFragmented++}`)
  }

  #whole({ topic, type, message: msg }: Published, compression: Compression): Frame {
    const operation = { op: 'publish', topic, msg }
    switch (compression) {
      case 'none':
        return JSON.stringify(operation)
      case 'png':
        return pngFrame(JSON.stringify(operation))
      case 'cbor':
        return encodeCbor(operation)
      case 'cbor-raw': {
        const nowS = this.#epochNow()
        const secs = Math.floor(nowS)
        const nsecs = Math.floor((nowS - secs) * 1e9)
        const bytes = this.#typeOf(type).encode(msg)
        return encodeCbor({ op: 'publish', topic, msg: { secs, nsecs, bytes } })
      }
    }
  }

  #typeOf(type: MessageType): RosType {
    const known = this.#types.get(type) ?? rosType(shortTypeName(type))
    this.#types.set(type, known)
    return known
  }
}

/** A frame inside an image. */
export function pngFrame(text: string): string {
  return JSON.stringify({ op: 'png', data: textToPng(text) })
}
