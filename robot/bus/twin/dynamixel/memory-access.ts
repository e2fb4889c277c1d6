import {
  DRIVE_MODE,
  OPERATING_MODE,
  WATCHDOG_TRIPPED,
} from '../../protocols/dynamixel/control-table.ts'
import { ERROR_NUMBER } from '../../protocols/dynamixel/status.ts'
import { decodeRegister, type Register } from '../../protocols/register.ts'
import type { DynamixelServo } from './dynamixel-servo.ts'
import { CURRENT_REG, REG, TUNING } from './registers.ts'

/** What a servo answers: an error number, and what was asked for unless refused. */
export interface Answer {
  readonly error: number
  readonly bytes: Uint8Array
}

const NOTHING = new Uint8Array(0)
export const DONE: Answer = { error: ERROR_NUMBER.NONE, bytes: NOTHING }
export const refuse = (error: number): Answer => ({ error, bytes: NOTHING })

/** Registers are compared by name: each model's table has its own. */
const GOALS: readonly string[] = [
  REG.GOAL_PWM.name,
  CURRENT_REG.GOAL.name,
  REG.GOAL_VELOCITY.name,
  REG.GOAL_POSITION.name,
]

/** Where an address leads: through the indirect addresses, or to itself. */
function targetOf({ model, registers }: DynamixelServo, address: number): number {
  for (const { address: list, data, count } of model.indirect) {
    const index = address - data
    if (index < 0 || index >= count) continue
    return registers.bytes[list + 2 * index]! | (registers.bytes[list + 2 * index + 1]! << 8)
  }
  return address
}

/** Registers from `address` on; gaps between registers read 0. */
export function readMemory(servo: DynamixelServo, address: number, length: number): Answer {
  const { bytes } = servo.registers
  const isDefined = registerAt(servo, address) !== undefined
  if (!isDefined || address + length > bytes.length) return refuse(ERROR_NUMBER.ACCESS)
  const read = Uint8Array.from({ length }, (_, at) => bytes[targetOf(servo, address + at)]!)
  return { error: ERROR_NUMBER.NONE, bytes: read }
}

/** A host's write to whole registers: all of it, or, with an error number, nothing. */
export function writeMemory(
  servo: DynamixelServo,
  address: number,
  values: Uint8Array,
  positionRad: number,
): Answer {
  const writes: Write[] = []
  for (let begin = 0; begin < values.length; ) {
    const target = targetOf(servo, address + begin)
    let end = begin + 1
    while (end < values.length && targetOf(servo, address + end) === target + end - begin) end++
    const error = plan(servo, target, values.subarray(begin, end), writes)
    if (error !== ERROR_NUMBER.NONE) return refuse(error)
    begin = end
  }
  for (const { register, value } of writes) apply(servo, register, value, positionRad)
  return DONE
}

interface Write {
  readonly register: Register
  readonly value: number
}

/** Adds the writes of whole registers to `writes`; the error number, when one is refused. */
function plan(servo: DynamixelServo, address: number, values: Uint8Array, writes: Write[]): number {
  for (let at = 0; at < values.length; ) {
    const register = registerAt(servo, address + at)
    if (register === undefined || register.access === 'r') return ERROR_NUMBER.ACCESS
    const isWhole = register.address === address + at && at + register.size <= values.length
    if (!isWhole) return ERROR_NUMBER.DATA_LENGTH
    const value = decodeRegister(register, values, address)
    const error = refusalOf(servo, register, value)
    if (error !== ERROR_NUMBER.NONE) return error
    writes.push({ register, value })
    at += register.size
  }
  return ERROR_NUMBER.NONE
}

function registerAt(servo: DynamixelServo, address: number): Register | undefined {
  return servo.registers.table.registers.find(
    (each) => address >= each.address && address < each.address + each.size,
  )
}

/** Error number of a value that the register does not take now. */
function refusalOf(servo: DynamixelServo, register: Register, value: number): number {
  const { registers, model } = servo
  if (registers.table.isKept(register.address) && servo.isTorqueOn) return ERROR_NUMBER.ACCESS
  const isGoal = GOALS.includes(register.name)
  if (isGoal && registers.get(REG.WATCHDOG) === WATCHDOG_TRIPPED) return ERROR_NUMBER.DATA_RANGE
  const { range } = register
  if (range !== undefined && (value < range[0] || value > range[1])) return ERROR_NUMBER.DATA_RANGE
  if (register.name === REG.MODE.name && !model.modes.includes(value)) {
    return ERROR_NUMBER.DATA_RANGE
  }
  return isWithinLimit(servo, register, value) ? ERROR_NUMBER.NONE : ERROR_NUMBER.DATA_LIMIT
}

/** Whether a goal keeps to the limit that another register sets it. */
function isWithinLimit({ registers }: DynamixelServo, { name }: Register, value: number): boolean {
  const most = (limit: Register): boolean => Math.abs(value) <= registers.get(limit)
  if (name === REG.GOAL_PWM.name) return most(REG.PWM_LIMIT)
  if (name === CURRENT_REG.GOAL.name) return most(CURRENT_REG.LIMIT)
  if (name === REG.GOAL_VELOCITY.name) return most(REG.VELOCITY_LIMIT)
  const isSingleTurn = registers.get(REG.MODE) === OPERATING_MODE.POSITION
  if (name !== REG.GOAL_POSITION.name || !isSingleTurn) return true
  return value >= registers.get(REG.MIN_POSITION) && value <= registers.get(REG.MAX_POSITION)
}

/** Stores a value, with what the firmware does about it. */
function apply(
  servo: DynamixelServo,
  register: Register,
  value: number,
  positionRad: number,
): void {
  const { registers } = servo
  const before = registers.get(register)
  const wasOn = servo.isTorqueOn
  registers.set(register, value)
  if (registers.table.isKept(register.address)) registers.keep(register)
  switch (register.name) {
    case REG.MODE.name:
      if (value !== before) changeMode(servo, value, positionRad)
      break
    case REG.DRIVE_MODE.name:
    case REG.OFFSET.name:
      servo.goToPresent(positionRad)
      break
    case REG.TORQUE.name:
      if (servo.isShutDown) registers.set(REG.TORQUE, 0)
      else if (value === 1 && !wasOn) holdPresent(servo, positionRad)
      break
    default:
      if (GOALS.includes(register.name)) switchOnByGoal(servo)
  }
}

/** Torque comes on; in position mode the position counts from the present turn then. */
function holdPresent(servo: DynamixelServo, positionRad: number): void {
  if (servo.registers.get(REG.MODE) === OPERATING_MODE.POSITION) servo.resetTurns(positionRad)
  servo.goToPresent(positionRad)
}

/** A new operating mode resets gains, profile and limiting goals. */
function changeMode(servo: DynamixelServo, mode: number, positionRad: number): void {
  const { registers } = servo
  for (const gain of TUNING) registers.set(gain, registers.table.find(gain.name).factory)
  servo.resetGoals()
  if (mode === OPERATING_MODE.POSITION) servo.resetTurns(positionRad)
  servo.goToPresent(positionRad)
}

function switchOnByGoal(servo: DynamixelServo): void {
  const { registers } = servo
  const isAsked = (registers.get(REG.DRIVE_MODE) & DRIVE_MODE.TORQUE_ON_BY_GOAL) !== 0
  if (isAsked && !servo.isShutDown) registers.set(REG.TORQUE, 1)
}
