import { TORQUE_CALIBRATE } from '../../protocols/feetech/control-table.ts'
import { INSTRUCTION } from '../../protocols/feetech/frame.ts'
import type { FeetechServo } from './feetech-servo.ts'
import { calibratePresent } from './present-values.ts'
import { REG, writeBytes } from './registers.ts'

/** A restarting servo is deaf and mute for this long [s]. */
export const RESTART_S = 1.8
const CALIBRATED_MIDDLE = 2048
const NOTHING = new Uint8Array(0)

export interface InstructionContext {
  readonly instruction: number
  readonly parameters: Uint8Array
  /** Joint angle now [rad]. */
  readonly positionRad: number
  readonly timeS: number
}

/**
 * Lets one servo carry out one instruction addressed to it, and gives its answer's parameters; undefined
 * when it stays silent. Whether a broadcast is answered is the bus's business. The edge cases (reads past
 * the end, unknown instructions, writes to read-only registers) are as firmware 3.10 has them.
 */
export function executeInstruction(
  servo: FeetechServo,
  context: InstructionContext,
): Uint8Array | undefined {
  const { instruction, parameters } = context
  if (instruction === INSTRUCTION.PING) return NOTHING
  if (instruction === INSTRUCTION.READ) return readMemory(servo, parameters[0]!, parameters[1]!)
  change(servo, context)
  if (instruction === INSTRUCTION.RESTART) return undefined
  return servo.registers.get(REG.RESPONSE_LEVEL) === 0 ? undefined : NOTHING
}

/** Registers from `address` on; shorter past the end, undefined from beyond it. */
export function readMemory(
  servo: FeetechServo,
  address: number,
  length: number,
): Uint8Array | undefined {
  const { bytes } = servo.registers
  if (address === undefined || length === undefined || address >= bytes.length) return undefined
  return bytes.slice(address, address + length)
}

/** A host's write, with what the firmware does about it. */
export function writeMemory(
  servo: FeetechServo,
  address: number,
  values: Uint8Array,
  positionRad: number,
): void {
  const { registers } = servo
  const torqueBefore = registers.get(REG.TORQUE)
  writeBytes(registers, address, values)
  if (torqueBefore === 1 && !servo.isTorqueOn) servo.hasGoal = false
  const { GOAL_POSITION } = REG
  const end = GOAL_POSITION.address + GOAL_POSITION.size
  if (address < end && address + values.length > GOAL_POSITION.address) servo.hasGoal = true
  if (registers.get(REG.TORQUE) !== TORQUE_CALIBRATE) return
  registers.set(REG.TORQUE, torqueBefore)
  calibratePresent(servo, positionRad, CALIBRATED_MIDDLE)
}

function change(servo: FeetechServo, context: InstructionContext): void {
  const { instruction, parameters, positionRad } = context
  const { registers } = servo
  switch (instruction) {
    case INSTRUCTION.WRITE:
      writeMemory(servo, parameters[0]!, parameters.subarray(1), positionRad)
      break
    case INSTRUCTION.REG_WRITE:
      servo.pendingWrite = parameters.slice()
      registers.set(REG.ASYNC, 1)
      break
    case INSTRUCTION.ACTION:
      if (servo.pendingWrite !== undefined) {
        writeMemory(servo, servo.pendingWrite[0]!, servo.pendingWrite.subarray(1), positionRad)
      }
      servo.pendingWrite = undefined
      registers.set(REG.ASYNC, 0)
      break
    case INSTRUCTION.RECOVER:
      servo.recover()
      break
    case INSTRUCTION.BACKUP:
      servo.backUp()
      break
    case INSTRUCTION.RESTART:
      servo.powerOn(context)
      servo.silentUntilS = context.timeS + RESTART_S
      break
    case INSTRUCTION.RESET:
      servo.resetTurns(positionRad)
      break
    case INSTRUCTION.CALIBRATE:
      calibratePresent(servo, positionRad, calibrationTarget(parameters))
      break
    default:
      // Unknown instructions are acknowledged and have no effect.
      break
  }
}

const calibrationTarget = (parameters: Uint8Array): number =>
  parameters.length < 2 ? CALIBRATED_MIDDLE : parameters[0]! | (parameters[1]! << 8)
