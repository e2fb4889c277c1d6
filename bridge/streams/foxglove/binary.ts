/** Binary messages of the Foxglove WebSocket protocol v1; integers are little-endian. */

/** The best first; they differ in nothing that is used here. */
export const SUBPROTOCOLS = ['foxglove.sdk.v1', 'foxglove.websocket.v1'] as const

const MESSAGE_DATA = 0x01
/** Opcode, subscription, time. */
const SERVER_HEAD_BYTES = 13
/** Opcode, channel. */
const CLIENT_HEAD_BYTES = 5

export interface MessageData {
  readonly subscriptionId: number
  /** Seconds since 1970. */
  readonly epochS: number
  readonly payload: Uint8Array
}

/** A message on its way to a subscriber. */
export function encodeMessageData({ subscriptionId, epochS, payload }: MessageData): Uint8Array {
  const bytes = new Uint8Array(SERVER_HEAD_BYTES + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, MESSAGE_DATA)
  view.setUint32(1, subscriptionId, true)
  view.setBigUint64(5, BigInt(Math.round(epochS * 1e6)) * 1000n, true)
  bytes.set(payload, SERVER_HEAD_BYTES)
  return bytes
}

/** Null for what is no message of a subscription, such as the time. */
export function decodeMessageData(bytes: Uint8Array): MessageData | null {
  if (bytes.length < SERVER_HEAD_BYTES || bytes[0] !== MESSAGE_DATA) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    subscriptionId: view.getUint32(1, true),
    epochS: Number(view.getBigUint64(5, true)) / 1e9,
    payload: bytes.subarray(SERVER_HEAD_BYTES),
  }
}

/** What a client publishes, or null for any other binary message. */
export function decodeClientData(
  bytes: Uint8Array,
): { readonly channelId: number; readonly payload: Uint8Array } | null {
  if (bytes.length < CLIENT_HEAD_BYTES || bytes[0] !== MESSAGE_DATA) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { channelId: view.getUint32(1, true), payload: bytes.subarray(CLIENT_HEAD_BYTES) }
}
