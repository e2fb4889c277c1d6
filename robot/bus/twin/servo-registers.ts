import {
  EEPROM_END,
  FACTORY_START,
  findRegister,
  type Register,
  STS_MEMORY_BYTES,
  STS_REGISTERS,
} from '../protocols/feetech/control-table.ts'
import { decodeRegister, encodeRegister } from '../protocols/feetech/register-values.ts'

const register = (name: string): Register => findRegister(name)

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

const writable = new Uint8Array(STS_MEMORY_BYTES)
for (const { address, size, access } of STS_REGISTERS) {
  if (access === 'rw') writable.fill(1, address, address + size)
}

const isEeprom = (address: number): boolean => address < EEPROM_END || address >= FACTORY_START

/** Values that differ from a new servo's, by register name: id, baud code, limits, … */
export type RegisterValues = Readonly<Record<string, number>>

/**
 * Memory of one emulated STS servo. What a host writes to the EEPROM range (0..39 and 80..86) is kept over a
 * restart only when `Lock` is 0 at that moment; otherwise it holds until the restart.
 */
export class ServoRegisters {
  readonly bytes = new Uint8Array(STS_MEMORY_BYTES)
  readonly #eeprom = new Uint8Array(STS_MEMORY_BYTES)
  /** What RECOVER brings back; BACKUP refills it. */
  readonly #backup = new Uint8Array(STS_MEMORY_BYTES)

  constructor(values: RegisterValues = {}) {
    for (const known of STS_REGISTERS)
      this.#eeprom.set(encodeRegister(known, known.factory), known.address)
    for (const [name, value] of Object.entries(values)) {
      const known = register(name)
      this.#eeprom.set(encodeRegister(known, value), known.address)
    }
    this.#backup.set(this.#eeprom)
    this.powerOn()
  }

  /** As after RESTART or a power cycle: EEPROM values, torque off, locked. */
  powerOn(): void {
    this.bytes.set(this.#eeprom)
    this.set(REG.TORQUE_LIMIT, this.get(REG.MAX_TORQUE))
    this.set(REG.TORQUE, 0)
    this.set(REG.LOCK, 1)
  }

  get(of: Register): number {
    return decodeRegister(of, this.bytes)
  }

  /** Sets a register as the firmware does: no access rule, nothing kept. No allocation. */
  set(of: Register, value: number): void {
    const { address, size, signBit } = of
    const raw = signBit === undefined || value >= 0 ? value : -value | (1 << signBit)
    this.bytes[address] = raw & 0xff
    if (size === 2) this.bytes[address + 1] = (raw >> 8) & 0xff
  }

  /** A write of the host: read-only bytes and those past the end are ignored without a word. */
  write(address: number, values: Uint8Array): void {
    const isUnlocked = this.get(REG.LOCK) === 0
    for (let index = 0; index < values.length; index++) {
      const at = address + index
      if (at >= STS_MEMORY_BYTES || writable[at] === 0) continue
      this.bytes[at] = values[index]!
      if (isUnlocked && isEeprom(at)) this.#eeprom[at] = values[index]!
    }
  }

  /** What the firmware itself keeps (the calibration offset). */
  persist(of: Register): void {
    for (let at = of.address; at < of.address + of.size; at++) this.#eeprom[at] = this.bytes[at]!
  }

  backup(): void {
    this.#backup.set(this.#eeprom)
  }

  /** Saved parameters come back, all but the id; only when unlocked. */
  recover(): void {
    if (this.get(REG.LOCK) !== 0) return
    for (let at = 0; at < STS_MEMORY_BYTES; at++) {
      if (!isEeprom(at) || at === REG.ID.address) continue
      this.#eeprom[at] = this.#backup[at]!
      this.bytes[at] = this.#backup[at]!
    }
  }
}
