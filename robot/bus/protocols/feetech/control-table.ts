import { createControlTable } from '../control-table.ts'
import type { Register } from '../register.ts'

type Row = readonly [
  name: string,
  address: number,
  size: 1 | 2,
  access: 'r' | 'rw',
  factory: number,
  signBit?: number,
]

/**
 * STS series. Names as in LeRobot's table, addresses and units from the vendor's memory-sts.md @9522ce1,
 * factory values of firmware 3.10 where the vendor's page leaves them open.
 */
const STS_ROWS: readonly Row[] = [
  ['Firmware_Major_Version', 0, 1, 'r', 3],
  ['Firmware_Minor_Version', 1, 1, 'r', 10],
  ['Endian', 2, 1, 'r', 0],
  ['Model_Number', 3, 2, 'r', 777],
  ['ID', 5, 1, 'rw', 1],
  ['Baud_Rate', 6, 1, 'rw', 0],
  ['Return_Delay_Time', 7, 1, 'rw', 250],
  ['Response_Status_Level', 8, 1, 'rw', 1],
  ['Min_Position_Limit', 9, 2, 'rw', 0],
  ['Max_Position_Limit', 11, 2, 'rw', 4095],
  ['Max_Temperature_Limit', 13, 1, 'rw', 70],
  ['Max_Voltage_Limit', 14, 1, 'rw', 80],
  ['Min_Voltage_Limit', 15, 1, 'rw', 40],
  ['Max_Torque_Limit', 16, 2, 'rw', 1000],
  ['Phase', 18, 1, 'rw', 0x0c],
  ['Unloading_Condition', 19, 1, 'rw', 0x2c],
  ['LED_Alarm_Condition', 20, 1, 'rw', 0x2f],
  ['P_Coefficient', 21, 1, 'rw', 32],
  ['D_Coefficient', 22, 1, 'rw', 32],
  ['I_Coefficient', 23, 1, 'rw', 0],
  ['Minimum_Startup_Force', 24, 1, 'rw', 16],
  ['Integral_Limit', 25, 1, 'rw', 0],
  ['CW_Dead_Zone', 26, 1, 'rw', 1],
  ['CCW_Dead_Zone', 27, 1, 'rw', 1],
  ['Protection_Current', 28, 2, 'rw', 310],
  ['Angular_Resolution', 30, 1, 'rw', 1],
  ['Homing_Offset', 31, 2, 'rw', 0, 11],
  ['Operating_Mode', 33, 1, 'rw', 0],
  ['Protective_Torque', 34, 1, 'rw', 20],
  ['Protection_Time', 35, 1, 'rw', 200],
  ['Overload_Torque', 36, 1, 'rw', 80],
  ['Velocity_P_Coefficient', 37, 1, 'rw', 10],
  ['Over_Current_Protection_Time', 38, 1, 'rw', 200],
  ['Velocity_I_Coefficient', 39, 1, 'rw', 10],
  ['Torque_Enable', 40, 1, 'rw', 0],
  ['Acceleration', 41, 1, 'rw', 0],
  ['Goal_Position', 42, 2, 'rw', 0, 15],
  ['Goal_Time', 44, 2, 'rw', 0, 10],
  ['Goal_Velocity', 46, 2, 'rw', 0, 15],
  ['Torque_Limit', 48, 2, 'rw', 1000],
  ['Lock', 55, 1, 'rw', 1],
  ['Present_Position', 56, 2, 'r', 0, 15],
  ['Present_Velocity', 58, 2, 'r', 0, 15],
  ['Present_Load', 60, 2, 'r', 0, 10],
  ['Present_Voltage', 62, 1, 'r', 0],
  ['Present_Temperature', 63, 1, 'r', 0],
  ['Async_Flag', 64, 1, 'r', 0],
  ['Status', 65, 1, 'r', 0],
  ['Moving', 66, 1, 'r', 0],
  ['Goal_Position_Echo', 67, 2, 'r', 0, 15],
  ['Present_Current', 69, 2, 'r', 0, 15],
  ['Moving_Velocity_Threshold', 80, 1, 'rw', 2],
  ['DTs', 81, 1, 'rw', 20],
  ['Velocity_Unit_Factor', 82, 1, 'rw', 50],
  ['Hts', 83, 1, 'rw', 1],
  ['Maximum_Velocity_Limit', 84, 1, 'rw', 150],
  ['Maximum_Acceleration', 85, 1, 'rw', 100],
  ['Acceleration_Multiplier', 86, 1, 'rw', 1],
]

/** Registers up to here survive a power cycle when written with `Lock` 0; so does the factory block. */
const EEPROM_END = 40
const FACTORY_START = 80

export const STS_TABLE = createControlTable({
  title: 'STS',
  registers: STS_ROWS.map(
    ([name, address, size, access, factory, signBit]): Register => ({
      name,
      address,
      size,
      access,
      factory,
      ...(signBit === undefined ? {} : { signBit }),
    }),
  ),
  memoryBytes: 87,
  isKept: (address) => address < EEPROM_END || address >= FACTORY_START,
})

/** Register 6 counts these [bit/s]. The vendor's order; LeRobot's table disagrees from 5 on. */
export const BAUD_RATES_BPS: readonly number[] = [
  1_000_000, 500_000, 250_000, 128_000, 115_200, 76_800, 57_600, 38_400,
]

export const RETURN_DELAY_UNIT_S = 2e-6
export const CURRENT_UNIT_A = 0.0065
/** Bit of `Phase`: set, speed registers count 1 step/s; clear, 50 step/s. */
export const PHASE_FINE_SPEED = 0x04
/** Bit of `Phase`: the position is fed back over several turns. */
export const PHASE_MULTI_TURN = 0x10
/** Value of `Torque_Enable` that shorts the motor: whoever turns it feels that. */
export const TORQUE_DAMPING = 2
/** Value of `Torque_Enable` that sets `Homing_Offset` so that the present position reads 2048. */
export const TORQUE_CALIBRATE = 128

/** Servo models by the name that arm files use, and what register 3 says. */
export const MODEL_NUMBERS: Readonly<Record<string, number>> = {
  sts3215: 777,
  sts3250: 2825,
}
