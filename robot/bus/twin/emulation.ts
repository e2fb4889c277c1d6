import type { FrameSource } from '../protocols/servo-protocol.ts'
import type { EmulatedServo, ShaftState } from './emulated-servo.ts'

/** A request of the host, as it stands on the wire. */
export interface HostRequest {
  readonly id: number
  readonly instruction: number
  readonly parameters: Uint8Array
}

/** The wire as servos know it, at the moment a request has passed. */
export interface ServoSide {
  readonly timeS: number
  /** Time that one byte takes [s]. */
  readonly byteS: number
  /** Indices of the servos with `id`, or in its group, that hear the host now; all of them for a broadcast. */
  listeners(id: number): readonly number[]
  /** How the joint of a servo is now; written over by the next call. */
  shaftOf(index: number): ShaftState
  /** Puts a frame of a servo on the wire from `startS` on. */
  send(frame: Uint8Array, startS: number): void
}

/** The servos of one vendor on an emulated bus: how they hear, act and answer. */
export interface ServoEmulation {
  readonly servos: readonly EmulatedServo[]
  /** Instruction that gives several servos their goals in one frame, answered by none. */
  readonly syncWrite: number
  /** Finds the host's requests, their instruction as `code`. */
  createParser(): FrameSource
  /** Lets the servos that hear it carry out a request, and answer. */
  execute(request: HostRequest, side: ServoSide): void
}
