import { BROADCAST_ID, encodeFrame, INSTRUCTION } from '../../protocols/feetech/frame.ts'
import { FrameParser } from '../../protocols/feetech/frame-parser.ts'
import { FEETECH, SLOT_PAUSE_BYTES } from '../../protocols/feetech/protocol.ts'
import type { FrameSource } from '../../protocols/servo-protocol.ts'
import type { TwinServoOptions } from '../emulated-servo.ts'
import type { HostRequest, ServoEmulation, ServoSide } from '../emulation.ts'
import { FeetechServo } from './feetech-servo.ts'
import { executeInstruction, readMemory, writeMemory } from './instructions.ts'
import { REG } from './registers.ts'

const slotBytes = (parameters: number): number =>
  parameters + FEETECH.statusOverheadBytes + SLOT_PAUSE_BYTES

/** STS servos: several replies stand in fixed slots, whoever is missing. */
export class FeetechEmulation implements ServoEmulation {
  readonly servos: readonly FeetechServo[]
  readonly syncWrite = INSTRUCTION.SYNC_WRITE

  constructor(servos: readonly TwinServoOptions[]) {
    this.servos = servos.map((options) => new FeetechServo(options))
  }

  createParser(): FrameSource {
    return new FrameParser()
  }

  execute(request: HostRequest, side: ServoSide): void {
    if (request.instruction === INSTRUCTION.SYNC_WRITE) this.#syncWrite(request.parameters, side)
    else if (request.instruction === INSTRUCTION.SYNC_READ) this.#syncRead(request.parameters, side)
    else this.#addressed(request, side)
  }

  #addressed({ id, instruction, parameters }: HostRequest, side: ServoSide): void {
    const isBroadcast = id === BROADCAST_ID
    const { timeS, byteS } = side
    for (const index of side.listeners(id)) {
      const servo = this.servos[index]!
      const replyId = servo.id
      const delayS = servo.returnDelayS
      if (isBroadcast && instruction === INSTRUCTION.READ) continue
      const { positionRad } = side.shaftOf(index)
      const answer = executeInstruction(servo, { instruction, parameters, positionRad, timeS })
      if (answer === undefined || (isBroadcast && instruction !== INSTRUCTION.PING)) continue
      const slot = isBroadcast ? replyId * slotBytes(0) : 0
      side.send(frameOf(servo, replyId, answer), timeS + delayS + slot * byteS)
    }
  }

  #syncWrite(parameters: Uint8Array, side: ServoSide): void {
    const address = parameters[0]!
    const length = parameters[1]!
    for (let at = 2; at + length < parameters.length; at += length + 1) {
      const values = parameters.subarray(at + 1, at + 1 + length)
      for (const index of side.listeners(parameters[at]!)) {
        writeMemory(this.servos[index]!, address, values, side.shaftOf(index).positionRad)
      }
    }
  }

  #syncRead(parameters: Uint8Array, side: ServoSide): void {
    const address = parameters[0]!
    const length = parameters[1]!
    const ids = parameters.subarray(2)
    for (let slot = 0; slot < ids.length; slot++) {
      for (const index of side.listeners(ids[slot]!)) {
        const servo = this.servos[index]!
        const answer = readMemory(servo, address, length)
        if (answer === undefined) continue
        const slotS = slot * slotBytes(length) * side.byteS
        side.send(frameOf(servo, servo.id, answer), side.timeS + servo.returnDelayS + slotS)
      }
    }
  }
}

const frameOf = (servo: FeetechServo, id: number, answer: Uint8Array): Uint8Array =>
  encodeFrame(id, servo.registers.get(REG.STATUS), answer)
