import type { ControlTable } from './control-table.ts'
import type { Register } from './register.ts'

export type ServoProtocolName = 'feetech' | 'dynamixel'

/**
 * Receives each valid frame. `parameters` is a view that is overwritten by the next bytes; `endIndex` is
 * the number of bytes of the pushed chunk up to and including the frame's last one.
 */
export type FrameListener = (
  id: number,
  code: number,
  parameters: Uint8Array,
  endIndex: number,
) => void

/** Finds frames in a stream of bytes that may begin anywhere and contain noise. */
export interface FrameSource {
  push(bytes: Uint8Array, listener: FrameListener): void
  /** Forgets a frame begun. */
  reset(): void
}

/** How the servos of one vendor are talked to: the bytes, and what the registers behind them are. */
export interface ServoProtocol {
  readonly name: ServoProtocolName
  readonly vendor: string
  readonly broadcastId: number
  readonly maxId: number
  /** The baud register counts these [bit/s]. */
  readonly baudRatesBps: readonly number[]
  /** Servo models by the name that arm files use, and the number that they say of themselves. */
  readonly modelNumbers: Readonly<Record<string, number>>
  /** Registers of a model. Throws CONFIG_UNKNOWN_NAME. */
  tableOf(model: string): ControlTable
  /** Bytes of a status frame beside its parameters. */
  readonly statusOverheadBytes: number
  /** Parameters that a ping is answered with. */
  readonly pingParameters: number
  /** Pause before each of several replies to one request, in byte times. */
  readonly replyPauseBytes: number
  /** Whether each of several servos waits for the reply of the one before it: a dead one silences the rest. */
  readonly hasReplyChain: boolean
  /** Status frames, their error byte as `code`. */
  createStatusParser(): FrameSource
  encodePing(id: number): Uint8Array
  encodeRead(id: number, address: number, length: number): Uint8Array
  encodeWrite(id: number, address: number, bytes: ArrayLike<number>): Uint8Array
  /** One status frame comes back per id, in this order. */
  encodeSyncRead(ids: readonly number[], address: number, length: number): Uint8Array
  /**
   * The same registers of several servos in one frame, without a reply.
   *
   * @param values - bytes for all ids, one after the other [ids.length * length]
   */
  encodeSyncWrite(
    ids: readonly number[],
    address: number,
    length: number,
    values: ArrayLike<number>,
  ): Uint8Array
  /**
   * Whether a status frame is, byte for byte, `request` itself, as adapters give it back that wire sending and receiving
   * together.
   */
  isEcho(request: Uint8Array, id: number, error: number, parameters: Uint8Array): boolean
  /** Whether an error byte says that the request was refused, so that no data come with it. */
  isRefusal(error: number): boolean
  /** Bits of the error byte that tell how a servo is: it does what it is asked all the same. */
  readonly stateErrors: number
  /** Register that tells more of what an error byte reports. */
  readonly healthRegister: Register | undefined
  /** What an error byte says, in words; `health` is what the register above reads. */
  describeError(error: number, health?: number): string
}

/** What the bits say, in words, the unknown ones by number. */
export function describeBits(bits: number, known: readonly (readonly [number, string])[]): string {
  const words = known.filter(([bit]) => (bits & bit) !== 0).map(([, text]) => text)
  const rest = known.reduce((left, [bit]) => left & ~bit, bits)
  if (rest !== 0) words.push(`unknown bits 0x${rest.toString(16)}`)
  return words.join(', ')
}
