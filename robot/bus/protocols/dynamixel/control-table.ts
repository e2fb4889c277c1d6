import { type ControlTable, createControlTable, findModel } from '../control-table.ts'
import type { Register } from '../register.ts'

type Row = readonly [
  name: string,
  address: number,
  size: 1 | 2 | 4,
  access: 'r' | 'rw',
  factory: number,
  /** Values that may be written; one with a negative end makes the register signed. */
  range?: readonly [number, number],
]

const GAIN = [0, 16_383] as const
const TURNS = [-1_048_575, 1_048_575] as const
const SIGNED_2 = [-32_768, 32_767] as const
const SIGNED_4 = [-2_147_483_648, 2_147_483_647] as const

/**
 * Dynamixel X series: what all its models have, with the values of the XL330-M288 where they differ. Names
 * as in LeRobot's tables; addresses, ranges and factory values from the vendor's pages
 * docs/en/dxl/x/MODEL.md (ROBOTIS-GIT/emanual). Goals begin at their limits or at 0, as the page says `-`.
 */
const X_ROWS: readonly Row[] = [
  ['Model_Number', 0, 2, 'r', 0],
  ['Model_Information', 2, 4, 'r', 0],
  ['Firmware_Version', 6, 1, 'r', 52],
  ['ID', 7, 1, 'rw', 1, [0, 252]],
  ['Baud_Rate', 8, 1, 'rw', 1, [0, 6]],
  ['Return_Delay_Time', 9, 1, 'rw', 250, [0, 254]],
  ['Drive_Mode', 10, 1, 'rw', 0, [0, 13]],
  ['Operating_Mode', 11, 1, 'rw', 3, [0, 16]],
  ['Secondary_ID', 12, 1, 'rw', 255, [0, 255]],
  ['Protocol_Type', 13, 1, 'rw', 2, [2, 2]],
  ['Homing_Offset', 20, 4, 'rw', 0, [-1_044_479, 1_044_479]],
  ['Moving_Threshold', 24, 4, 'rw', 10, [0, 1023]],
  ['Temperature_Limit', 31, 1, 'rw', 70, [0, 100]],
  ['Max_Voltage_Limit', 32, 2, 'rw', 70, [31, 70]],
  ['Min_Voltage_Limit', 34, 2, 'rw', 35, [31, 70]],
  ['PWM_Limit', 36, 2, 'rw', 885, [0, 885]],
  ['Velocity_Limit', 44, 4, 'rw', 445, [0, 2047]],
  ['Max_Position_Limit', 48, 4, 'rw', 4095, [0, 4095]],
  ['Min_Position_Limit', 52, 4, 'rw', 0, [0, 4095]],
  ['Startup_Configuration', 60, 1, 'rw', 0, [0, 3]],
  ['Shutdown', 63, 1, 'rw', 53, [0, 255]],
  ['Torque_Enable', 64, 1, 'rw', 0, [0, 1]],
  ['LED', 65, 1, 'rw', 0, [0, 1]],
  ['Status_Return_Level', 68, 1, 'rw', 2, [0, 2]],
  ['Registered_Instruction', 69, 1, 'r', 0],
  ['Hardware_Error_Status', 70, 1, 'r', 0],
  ['Velocity_I_Gain', 76, 2, 'rw', 1600, GAIN],
  ['Velocity_P_Gain', 78, 2, 'rw', 180, GAIN],
  ['Position_D_Gain', 80, 2, 'rw', 0, GAIN],
  ['Position_I_Gain', 82, 2, 'rw', 0, GAIN],
  ['Position_P_Gain', 84, 2, 'rw', 400, GAIN],
  ['Feedforward_2nd_Gain', 88, 2, 'rw', 0, GAIN],
  ['Feedforward_1st_Gain', 90, 2, 'rw', 0, GAIN],
  ['Bus_Watchdog', 98, 1, 'rw', 0, [0, 127]],
  ['Goal_PWM', 100, 2, 'rw', 0, [-885, 885]],
  ['Goal_Velocity', 104, 4, 'rw', 0, SIGNED_4],
  ['Profile_Acceleration', 108, 4, 'rw', 0, [0, 32_767]],
  ['Profile_Velocity', 112, 4, 'rw', 0, [0, 32_767]],
  ['Goal_Position', 116, 4, 'rw', 0, TURNS],
  ['Realtime_Tick', 120, 2, 'r', 0],
  ['Moving', 122, 1, 'r', 0],
  ['Moving_Status', 123, 1, 'r', 0],
  ['Present_PWM', 124, 2, 'r', 0, SIGNED_2],
  ['Present_Velocity', 128, 4, 'r', 0, SIGNED_4],
  ['Present_Position', 132, 4, 'r', 0, SIGNED_4],
  ['Velocity_Trajectory', 136, 4, 'r', 0, SIGNED_4],
  ['Position_Trajectory', 140, 4, 'r', 0, SIGNED_4],
  ['Present_Input_Voltage', 144, 2, 'r', 0],
  ['Present_Temperature', 146, 1, 'r', 0],
  ['Backup_Ready', 147, 1, 'r', 0],
]
const DIRECT_BYTES = 148
/** Registers up to here are kept over a power cycle, and locked while torque is on. */
export const EEPROM_END = 64

export const OPERATING_MODE = {
  CURRENT: 0,
  VELOCITY: 1,
  POSITION: 3,
  EXTENDED_POSITION: 4,
  CURRENT_BASED_POSITION: 5,
  PWM: 16,
} as const

const ALL_MODES: readonly number[] = Object.values(OPERATING_MODE)

/** Registers of servos that measure their current. */
const currentRows = (limit: number): readonly Row[] => [
  ['Current_Limit', 38, 2, 'rw', limit, [0, limit]],
  ['Goal_Current', 102, 2, 'rw', 0, SIGNED_2],
  ['Present_Current', 126, 2, 'r', 0, SIGNED_2],
]
const LOAD_ROW: Row = ['Present_Load', 126, 2, 'r', 0, [-1000, 1000]]
const PWM_SLOPE_ROW: Row = ['PWM_Slope', 62, 1, 'rw', 140, [1, 255]]

/** Registers that stand for others: byte n of the data is whatever stands at indirect address n. */
export interface IndirectBlock {
  /** Of the first indirect address, two bytes each, and of the first byte of data. */
  readonly address: number
  readonly data: number
  readonly count: number
}

const XL330_INDIRECT: readonly IndirectBlock[] = [{ address: 168, data: 208, count: 20 }]
const X_INDIRECT: readonly IndirectBlock[] = [
  { address: 168, data: 224, count: 28 },
  { address: 578, data: 634, count: 28 },
]

const endOf = (blocks: readonly IndirectBlock[]): number =>
  blocks.reduce((end, { data, count }) => Math.max(end, data + count), DIRECT_BYTES)

/** A new servo's indirect addresses lead to the data themselves. */
function indirectRows(blocks: readonly IndirectBlock[]): Row[] {
  const last = endOf(blocks) - 1
  let number = 0
  return blocks.flatMap(({ address, data, count }) =>
    Array.from({ length: count }, (_, index): Row[] => {
      number++
      return [
        [`Indirect_Address_${number}`, address + 2 * index, 2, 'rw', data + index, [64, last]],
        [`Indirect_Data_${number}`, data + index, 1, 'rw', 0, [0, 255]],
      ]
    }).flat(),
  )
}

/** One model: its number, what it has beside the common registers, and which factory values are its own. */
export interface DynamixelModel {
  readonly number: number
  readonly table: ControlTable
  /** Values that `Operating_Mode` takes. */
  readonly modes: readonly number[]
  readonly indirect: readonly IndirectBlock[]
  /** What one count of its current registers means [A]; undefined where it measures none. */
  readonly currentUnitA: number | undefined
}

type Change = readonly [factory: number, range?: readonly [number, number]]

interface ModelRows {
  readonly number: number
  readonly currentUnitA?: number
  readonly modes?: readonly number[]
  readonly indirect?: readonly IndirectBlock[]
  readonly more: readonly Row[]
  readonly changes: Readonly<Record<string, Change>>
}

const XL330 = {
  currentUnitA: 0.001,
  indirect: XL330_INDIRECT,
  more: [PWM_SLOPE_ROW, ...currentRows(1750)],
} as const
const XM_CURRENT_UNIT_A = 0.002_69

const MODEL_ROWS: Readonly<Record<string, ModelRows>> = {
  'xl330-m077': {
    number: 1190,
    ...XL330,
    changes: {
      Velocity_Limit: [1620],
      Velocity_I_Gain: [400],
      Velocity_P_Gain: [40],
      Position_I_Gain: [400],
    },
  },
  'xl330-m288': { number: 1200, ...XL330, changes: {} },
  'xl430-w250': {
    number: 1060,
    modes: ALL_MODES.filter((mode) => mode !== 0 && mode !== 5),
    more: [LOAD_ROW],
    changes: {
      Baud_Rate: [1, [0, 7]],
      Temperature_Limit: [72],
      Max_Voltage_Limit: [140, [60, 140]],
      Min_Voltage_Limit: [60, [60, 140]],
      Velocity_Limit: [265, [0, 1023]],
      Shutdown: [52],
      Velocity_I_Gain: [1000],
      Velocity_P_Gain: [100],
      Position_D_Gain: [4000],
      Position_P_Gain: [640],
    },
  },
  'xm430-w350': {
    number: 1020,
    currentUnitA: XM_CURRENT_UNIT_A,
    more: [['Acceleration_Limit', 40, 4, 'rw', 32_767, [0, 32_767]], ...currentRows(1193)],
    changes: {
      Baud_Rate: [1, [0, 7]],
      Temperature_Limit: [80],
      Max_Voltage_Limit: [160, [95, 160]],
      Min_Voltage_Limit: [95, [95, 160]],
      Velocity_Limit: [350, [0, 1023]],
      Shutdown: [52],
      Velocity_I_Gain: [1920],
      Velocity_P_Gain: [100],
      Position_P_Gain: [800],
    },
  },
  'xm540-w270': {
    number: 1120,
    currentUnitA: XM_CURRENT_UNIT_A,
    more: [
      ['External_Port_Mode_1', 56, 1, 'rw', 3, [0, 3]],
      ['External_Port_Mode_2', 57, 1, 'rw', 3, [0, 3]],
      ['External_Port_Mode_3', 58, 1, 'rw', 3, [0, 3]],
      ...currentRows(2047),
    ],
    changes: {
      Baud_Rate: [1, [0, 7]],
      Temperature_Limit: [80],
      Max_Voltage_Limit: [160, [95, 160]],
      Min_Voltage_Limit: [95, [95, 160]],
      Velocity_Limit: [128, [0, 1023]],
      Shutdown: [52],
      Velocity_I_Gain: [1920],
      Velocity_P_Gain: [100],
      Position_P_Gain: [800],
    },
  },
}

function toModel([name, model]: [string, ModelRows]) {
  const { number, currentUnitA, modes = ALL_MODES, indirect = X_INDIRECT, more, changes } = model
  const rows = [...X_ROWS, ...more, ...indirectRows(indirect)].sort((a, b) => a[1] - b[1])
  const registers = rows.map(([key, address, size, access, factory, range]): Register => {
    const [ownFactory, ownRange] = changes[key] ?? [key === 'Model_Number' ? number : factory]
    const bounds = ownRange ?? range
    return {
      name: key,
      address,
      size,
      access,
      factory: ownFactory,
      ...(bounds !== undefined && { range: bounds, isComplement: bounds[0] < 0 }),
    }
  })
  const table = createControlTable({
    title: name.toUpperCase(),
    registers,
    memoryBytes: endOf(indirect),
    isKept: (address) => address < EEPROM_END,
  })
  return [name, { number, table, modes, indirect, currentUnitA }] as const
}

/** By the name that arm files use. */
export const MODELS: Readonly<Record<string, DynamixelModel>> = Object.fromEntries(
  Object.entries(MODEL_ROWS).map(toModel),
)

/** Throws CONFIG_UNKNOWN_NAME. */
export const modelOf = (model: string): DynamixelModel => findModel(MODELS, model, 'Dynamixel')

/** `Baud_Rate` counts these [bit/s]; the XL330 has no 4.5 Mbit/s. */
export const BAUD_RATES_BPS: readonly number[] = [
  9600, 57_600, 115_200, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 4_500_000,
]

export const RETURN_DELAY_UNIT_S = 2e-6
export const VELOCITY_UNIT_RPM = 0.229
export const ACCELERATION_UNIT_RPM2 = 214.577
/** Counts of the PWM registers at full duty: 0.113 % each. */
export const FULL_PWM = 885
export const VOLTAGE_UNIT_V = 0.1
export const WATCHDOG_UNIT_S = 0.02
/** `Bus_Watchdog` reads this, -1, once it has stopped the servo. */
export const WATCHDOG_TRIPPED = 255

/** Bits of `Drive_Mode`. */
export const DRIVE_MODE = { REVERSE: 0x01, TIME_PROFILE: 0x04, TORQUE_ON_BY_GOAL: 0x08 } as const
