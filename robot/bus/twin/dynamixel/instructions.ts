import { INSTRUCTION } from '../../protocols/dynamixel/frame.ts'
import { CLEAR_TURNS, FACTORY_RESET, TABLE_BACKUP } from '../../protocols/dynamixel/instructions.ts'
import { ERROR_NUMBER } from '../../protocols/dynamixel/status.ts'
import type { ShaftState } from '../emulated-servo.ts'
import type { DynamixelServo } from './dynamixel-servo.ts'
import { type Answer, DONE, readMemory, refuse, writeMemory } from './memory-access.ts'
import { REG } from './registers.ts'

/** A restarting servo is deaf and mute for this long [s]; the manual names no time. */
export const REBOOT_S = 0.3

/** Parser's code for a packet that is whole but for its CRC. */
export const DAMAGED = -1

export interface InstructionContext {
  readonly instruction: number
  readonly parameters: Uint8Array
  readonly shaft: ShaftState
  /** On the bus's clock. */
  readonly timeS: number
  readonly isBroadcast: boolean
}

export const wordAt = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8)

/** Lets one servo carry out one instruction addressed to it. */
export function executeInstruction(servo: DynamixelServo, context: InstructionContext): Answer {
  const { instruction, parameters, shaft } = context
  switch (instruction) {
    case INSTRUCTION.PING:
      return { error: ERROR_NUMBER.NONE, bytes: identityOf(servo) }
    case INSTRUCTION.READ:
      if (parameters.length !== 4) return refuse(ERROR_NUMBER.DATA_LENGTH)
      return readMemory(servo, wordAt(parameters, 0), wordAt(parameters, 2))
    case INSTRUCTION.WRITE:
      if (parameters.length < 3) return refuse(ERROR_NUMBER.DATA_LENGTH)
      return writeMemory(servo, wordAt(parameters, 0), parameters.subarray(2), shaft.positionRad)
    case INSTRUCTION.REG_WRITE:
      if (parameters.length < 3) return refuse(ERROR_NUMBER.DATA_LENGTH)
      servo.pendingWrite = { address: wordAt(parameters, 0), bytes: parameters.slice(2) }
      servo.registers.set(REG.REGISTERED, 1)
      return DONE
    case INSTRUCTION.ACTION:
      return act(servo, shaft)
    case INSTRUCTION.FACTORY_RESET:
      return resetFactory(servo, context)
    case INSTRUCTION.REBOOT:
      restart(servo, context)
      return DONE
    case INSTRUCTION.CLEAR:
      return clearTurns(servo, parameters, shaft)
    case INSTRUCTION.CONTROL_TABLE_BACKUP:
      return backUp(servo, context)
    case DAMAGED:
      return refuse(ERROR_NUMBER.CRC)
    default:
      return refuse(ERROR_NUMBER.INSTRUCTION)
  }
}

/** `Status_Return_Level` from which on an instruction is answered. */
export function answerLevel(instruction: number): number {
  if (instruction === INSTRUCTION.PING) return 0
  return instruction === INSTRUCTION.READ ? 1 : 2
}

function identityOf({ model, registers }: DynamixelServo): Uint8Array {
  return Uint8Array.of(model.number & 0xff, model.number >> 8, registers.get(REG.FIRMWARE))
}

function act(servo: DynamixelServo, shaft: ShaftState): Answer {
  const { pendingWrite } = servo
  if (pendingWrite === undefined) return refuse(ERROR_NUMBER.INSTRUCTION)
  servo.pendingWrite = undefined
  servo.registers.set(REG.REGISTERED, 0)
  return writeMemory(servo, pendingWrite.address, pendingWrite.bytes, shaft.positionRad)
}

function resetFactory(servo: DynamixelServo, context: InstructionContext): Answer {
  const option = context.parameters[0]
  const { registers } = servo
  if (option === FACTORY_RESET.ALL && context.isBroadcast) return DONE
  const kept = keptAtReset(option)
  if (kept === undefined) return refuse(ERROR_NUMBER.DATA_RANGE)
  for (const register of registers.table.registers) {
    if (kept.includes(register.name)) continue
    registers.set(register, register.factory)
    registers.keep(register)
  }
  restart(servo, context)
  return DONE
}

function keptAtReset(option: number | undefined): readonly string[] | undefined {
  if (option === FACTORY_RESET.ALL) return []
  if (option === FACTORY_RESET.KEEP_ID) return [REG.ID.name]
  return option === FACTORY_RESET.KEEP_ID_AND_BAUD ? [REG.ID.name, REG.BAUD.name] : undefined
}

function restart(servo: DynamixelServo, { shaft, timeS }: InstructionContext): void {
  servo.powerOn(shaft)
  servo.silentUntilS = timeS + REBOOT_S
}

function clearTurns(servo: DynamixelServo, parameters: Uint8Array, shaft: ShaftState): Answer {
  const isKnown = CLEAR_TURNS.every((byte, index) => parameters[index] === byte)
  if (!isKnown) return refuse(ERROR_NUMBER.DATA_RANGE)
  if (servo.isMoving) return refuse(ERROR_NUMBER.RESULT_FAIL)
  servo.resetTurns(shaft.positionRad)
  servo.goToPresent(shaft.positionRad)
  return DONE
}

function backUp(servo: DynamixelServo, context: InstructionContext): Answer {
  const [action, ...key] = context.parameters
  if (!TABLE_BACKUP.KEY.every((byte, index) => key[index] === byte)) {
    return refuse(ERROR_NUMBER.DATA_RANGE)
  }
  if (action !== TABLE_BACKUP.STORE && action !== TABLE_BACKUP.RESTORE) {
    return refuse(ERROR_NUMBER.DATA_RANGE)
  }
  const { backup, registers } = servo
  const isPossible = action === TABLE_BACKUP.STORE || backup.isReady
  if (servo.isTorqueOn || !isPossible) return refuse(ERROR_NUMBER.RESULT_FAIL)
  if (action === TABLE_BACKUP.STORE) {
    backup.store(registers)
    registers.set(REG.BACKUP_READY, 1)
  } else {
    backup.restoreKept(registers)
    restart(servo, context)
  }
  return DONE
}
