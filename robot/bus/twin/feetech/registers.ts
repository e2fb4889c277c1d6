import { STS_TABLE } from '../../protocols/feetech/control-table.ts'
import type { Register } from '../../protocols/register.ts'
import type { RegisterMemory } from '../register-memory.ts'

const register = (name: string): Register => STS_TABLE.find(name)

/** The registers that the emulated firmware itself uses. */
export const REG = {
  MODEL: register('Model_Number'),
  ID: register('ID'),
  BAUD: register('Baud_Rate'),
  RETURN_DELAY: register('Return_Delay_Time'),
  RESPONSE_LEVEL: register('Response_Status_Level'),
  MIN_POSITION: register('Min_Position_Limit'),
  MAX_POSITION: register('Max_Position_Limit'),
  MAX_TEMPERATURE: register('Max_Temperature_Limit'),
  MAX_VOLTAGE: register('Max_Voltage_Limit'),
  MIN_VOLTAGE: register('Min_Voltage_Limit'),
  MAX_TORQUE: register('Max_Torque_Limit'),
  PHASE: register('Phase'),
  UNLOADING: register('Unloading_Condition'),
  P: register('P_Coefficient'),
  CW_DEAD_ZONE: register('CW_Dead_Zone'),
  CCW_DEAD_ZONE: register('CCW_Dead_Zone'),
  PROTECTION_CURRENT: register('Protection_Current'),
  OFFSET: register('Homing_Offset'),
  MODE: register('Operating_Mode'),
  PROTECTIVE_TORQUE: register('Protective_Torque'),
  PROTECTION_TIME: register('Protection_Time'),
  OVERLOAD_TORQUE: register('Overload_Torque'),
  OVER_CURRENT_TIME: register('Over_Current_Protection_Time'),
  TORQUE: register('Torque_Enable'),
  ACCELERATION: register('Acceleration'),
  GOAL_POSITION: register('Goal_Position'),
  GOAL_PWM: register('Goal_Time'),
  GOAL_VELOCITY: register('Goal_Velocity'),
  TORQUE_LIMIT: register('Torque_Limit'),
  LOCK: register('Lock'),
  POSITION: register('Present_Position'),
  VELOCITY: register('Present_Velocity'),
  LOAD: register('Present_Load'),
  VOLTAGE: register('Present_Voltage'),
  TEMPERATURE: register('Present_Temperature'),
  ASYNC: register('Async_Flag'),
  STATUS: register('Status'),
  MOVING: register('Moving'),
  GOAL_ECHO: register('Goal_Position_Echo'),
  CURRENT: register('Present_Current'),
  MOVING_THRESHOLD: register('Moving_Velocity_Threshold'),
  VELOCITY_QUANTUM: register('Velocity_Unit_Factor'),
  MAX_ACCELERATION: register('Maximum_Acceleration'),
} as const

const writable = new Uint8Array(STS_TABLE.memoryBytes)
for (const { address, size, access } of STS_TABLE.registers) {
  if (access === 'rw') writable.fill(1, address, address + size)
}

/** Torque off, locked, and the torque limit that is kept. */
export function wakeUp(registers: RegisterMemory): void {
  registers.restore()
  registers.set(REG.TORQUE_LIMIT, registers.get(REG.MAX_TORQUE))
  registers.set(REG.TORQUE, 0)
  registers.set(REG.LOCK, 1)
}

/**
 * A write of the host: read-only bytes and those past the end are ignored without a word. What goes to kept
 * addresses outlives a restart only when `Lock` is 0 at that moment.
 */
export function writeBytes(registers: RegisterMemory, address: number, values: Uint8Array): void {
  const isUnlocked = registers.get(REG.LOCK) === 0
  for (let index = 0; index < values.length; index++) {
    const at = address + index
    if (at >= STS_TABLE.memoryBytes || writable[at] === 0) continue
    registers.bytes[at] = values[index]!
    if (isUnlocked && STS_TABLE.isKept(at)) registers.kept[at] = values[index]!
  }
}

/** Saved parameters come back, all but the id; only when unlocked. */
export function recoverBytes(registers: RegisterMemory, backup: Uint8Array): void {
  if (registers.get(REG.LOCK) !== 0) return
  for (let at = 0; at < STS_TABLE.memoryBytes; at++) {
    if (!STS_TABLE.isKept(at) || at === REG.ID.address) continue
    registers.kept[at] = backup[at]!
    registers.bytes[at] = backup[at]!
  }
}
