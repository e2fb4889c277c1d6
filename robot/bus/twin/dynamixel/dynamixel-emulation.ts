import { EEPROM_END } from '../../protocols/dynamixel/control-table.ts'
import {
  encodeFastStatus,
  FAST_PART_OVERHEAD_BYTES,
} from '../../protocols/dynamixel/fast-status.ts'
import {
  BROADCAST_ID,
  encodeStatus,
  INSTRUCTION,
  PREFIX_BYTES,
} from '../../protocols/dynamixel/frame.ts'
import { FrameParser } from '../../protocols/dynamixel/frame-parser.ts'
import type { BulkItem } from '../../protocols/dynamixel/instructions.ts'
import { DYNAMIXEL } from '../../protocols/dynamixel/protocol.ts'
import { ALERT_BIT } from '../../protocols/dynamixel/status.ts'
import type { FrameSource } from '../../protocols/servo-protocol.ts'
import type { TwinServoOptions } from '../emulated-servo.ts'
import type { HostRequest, ServoEmulation, ServoSide } from '../emulation.ts'
import { DynamixelServo } from './dynamixel-servo.ts'
import { answerLevel, DAMAGED, executeInstruction, wordAt } from './instructions.ts'
import { type Answer, readMemory, writeMemory } from './memory-access.ts'
import { REG } from './registers.ts'

/** The manual lets servos answer a broadcast ping in order of id, without saying when: in slots, here. */
const PING_SLOT_BYTES = DYNAMIXEL.statusOverheadBytes + DYNAMIXEL.pingParameters + 3
const NOTHING = new Uint8Array(0)
const BULK_ITEM_BYTES = 5

/** X servos: of several that are asked, each waits for the packet of the one before it. */
export class DynamixelEmulation implements ServoEmulation {
  readonly servos: readonly DynamixelServo[]
  readonly syncWrite = INSTRUCTION.SYNC_WRITE

  constructor(servos: readonly TwinServoOptions[]) {
    this.servos = servos.map((options) => new DynamixelServo(options))
  }

  createParser(): FrameSource {
    const parser = new FrameParser()
    return {
      push(bytes, listener) {
        parser.onDamaged = (id, endIndex) => listener(id, DAMAGED, NOTHING, endIndex)
        parser.push(bytes, listener)
      },
      reset: () => parser.reset(),
    }
  }

  execute(request: HostRequest, side: ServoSide): void {
    const { instruction, parameters } = request
    for (const index of side.listeners(BROADCAST_ID)) {
      this.servos[index]!.lastHeardS = side.shaftOf(index).timeS
    }
    switch (instruction) {
      case INSTRUCTION.SYNC_READ:
        this.#readInTurn(syncItems(parameters), side)
        break
      case INSTRUCTION.BULK_READ:
        this.#readInTurn(bulkItems(parameters), side)
        break
      case INSTRUCTION.FAST_SYNC_READ:
        this.#readTogether(syncItems(parameters), side)
        break
      case INSTRUCTION.FAST_BULK_READ:
        this.#readTogether(bulkItems(parameters), side)
        break
      case INSTRUCTION.SYNC_WRITE:
        this.#syncWrite(parameters, side)
        break
      case INSTRUCTION.BULK_WRITE:
        this.#bulkWrite(parameters, side)
        break
      default:
        this.#addressed(request, side)
    }
  }

  #addressed(request: HostRequest, side: ServoSide): void {
    const { id, instruction, parameters } = request
    const isBroadcast = id === BROADCAST_ID
    const { timeS, byteS } = side
    if (isBroadcast && (instruction === INSTRUCTION.READ || instruction === DAMAGED)) return
    for (const index of side.listeners(id)) {
      const servo = this.servos[index]!
      const replyId = servo.id
      const isGroup = !isBroadcast && id !== replyId
      if (isGroup && changesKept(request)) continue
      const delayS = servo.returnDelayS
      const isSilent = servo.registers.get(REG.RETURN_LEVEL) < answerLevel(instruction)
      const shaft = side.shaftOf(index)
      const answer = executeInstruction(servo, {
        instruction,
        parameters,
        shaft,
        timeS,
        isBroadcast,
      })
      if (isSilent || isGroup || (isBroadcast && instruction !== INSTRUCTION.PING)) continue
      const slotBytes = isBroadcast ? replyId * PING_SLOT_BYTES : 0
      side.send(statusOf(servo, replyId, answer), timeS + delayS + slotBytes * byteS)
    }
  }

  #readInTurn(items: readonly BulkItem[], side: ServoSide): void {
    let atS = side.timeS
    for (const { id, address, length } of items) {
      const answering = this.#answering(id, side)
      // Those after it wait for a packet that never comes.
      if (answering.length === 0) return
      let endS = atS
      for (const servo of answering) {
        const frame = statusOf(servo, servo.id, readMemory(servo, address, length))
        const startS = atS + servo.returnDelayS
        side.send(frame, startS)
        endS = Math.max(endS, startS + frame.length * side.byteS)
      }
      atS = endS
    }
  }

  /** One packet of which each servo sends its part; it stays unfinished when one is missing. */
  #readTogether(items: readonly BulkItem[], side: ServoSide): void {
    const servos = items.map(({ id }) => this.#answering(id, side)[0])
    const first = servos[0]
    if (first === undefined) return
    const parts = items.map(({ id, address, length }, index) => {
      const servo = servos[index]
      const answer = servo === undefined ? undefined : readMemory(servo, address, length)
      const bytes = new Uint8Array(length)
      bytes.set(answer?.bytes ?? NOTHING)
      return { id, bytes, error: errorOf(servo, answer) }
    })
    const frame = encodeFastStatus(parts)
    const missing = servos.indexOf(undefined)
    const numParts = missing < 0 ? parts.length : missing
    const numBytes = parts
      .slice(0, numParts)
      .reduce((sum, { bytes }) => sum + bytes.length + FAST_PART_OVERHEAD_BYTES, PREFIX_BYTES + 1)
    side.send(frame.slice(0, numBytes), side.timeS + first.returnDelayS)
  }

  /** Servos with this id that answer a read. */
  #answering(id: number, side: ServoSide): DynamixelServo[] {
    return side
      .listeners(id)
      .map((index) => this.servos[index]!)
      .filter((servo) => servo.id === id)
      .filter((servo) => servo.registers.get(REG.RETURN_LEVEL) >= answerLevel(INSTRUCTION.READ))
  }

  #syncWrite(parameters: Uint8Array, side: ServoSide): void {
    const address = wordAt(parameters, 0)
    const length = wordAt(parameters, 2)
    for (let at = 4; at + length < parameters.length; at += length + 1) {
      this.#write(parameters[at]!, address, parameters.subarray(at + 1, at + 1 + length), side)
    }
  }

  #bulkWrite(parameters: Uint8Array, side: ServoSide): void {
    for (let at = 0; at + BULK_ITEM_BYTES < parameters.length; ) {
      const { id, address, length } = itemAt(parameters, at)
      const begin = at + BULK_ITEM_BYTES
      this.#write(id, address, parameters.subarray(begin, begin + length), side)
      at = begin + length
    }
  }

  #write(id: number, address: number, values: Uint8Array, side: ServoSide): void {
    for (const index of side.listeners(id)) {
      const servo = this.servos[index]!
      if (servo.id !== id && address < EEPROM_END) continue
      writeMemory(servo, address, values, side.shaftOf(index).positionRad)
    }
  }
}

/** Whether a request is for registers that are kept: not to be changed by the id of a group. */
function changesKept({ instruction, parameters }: HostRequest): boolean {
  if (instruction === INSTRUCTION.FACTORY_RESET) return true
  if (instruction === INSTRUCTION.CONTROL_TABLE_BACKUP) return true
  const isWrite = instruction === INSTRUCTION.WRITE || instruction === INSTRUCTION.REG_WRITE
  return isWrite && wordAt(parameters, 0) < EEPROM_END
}

function errorOf(servo: DynamixelServo | undefined, answer: Answer | undefined): number {
  const hasTrouble = servo !== undefined && servo.registers.get(REG.HARDWARE_ERROR) !== 0
  return (answer?.error ?? 0) | (hasTrouble ? ALERT_BIT : 0)
}

const statusOf = (servo: DynamixelServo, id: number, answer: Answer): Uint8Array =>
  encodeStatus(id, errorOf(servo, answer), answer.bytes)

function itemAt(parameters: Uint8Array, at: number): BulkItem {
  const address = wordAt(parameters, at + 1)
  return { id: parameters[at]!, address, length: wordAt(parameters, at + 3) }
}

function syncItems(parameters: Uint8Array): BulkItem[] {
  const address = wordAt(parameters, 0)
  const length = wordAt(parameters, 2)
  return Array.from(parameters.subarray(4), (id) => ({ id, address, length }))
}

function bulkItems(parameters: Uint8Array): BulkItem[] {
  const items: BulkItem[] = []
  for (let at = 0; at + BULK_ITEM_BYTES <= parameters.length; at += BULK_ITEM_BYTES) {
    items.push(itemAt(parameters, at))
  }
  return items
}
