import { describe, expect, it } from 'vitest'
import { MODELS, modelOf } from '../../../../../robot/bus/protocols/dynamixel/control-table.ts'

/** Initial values of the vendor's pages docs/en/dxl/x/MODEL.md, copied by hand, and LeRobot's addresses. */
const PUBLISHED = {
  'xl330-m077': {
    number: 1190,
    P: 400,
    I: 400,
    D: 0,
    velocity: 1620,
    celsius: 70,
    volts: [35, 70],
  },
  'xl330-m288': { number: 1200, P: 400, I: 0, D: 0, velocity: 445, celsius: 70, volts: [35, 70] },
  'xl430-w250': {
    number: 1060,
    P: 640,
    I: 0,
    D: 4000,
    velocity: 265,
    celsius: 72,
    volts: [60, 140],
  },
  'xm430-w350': { number: 1020, P: 800, I: 0, D: 0, velocity: 350, celsius: 80, volts: [95, 160] },
  'xm540-w270': { number: 1120, P: 800, I: 0, D: 0, velocity: 128, celsius: 80, volts: [95, 160] },
} as const
const ADDRESSES = {
  ID: 7,
  Return_Delay_Time: 9,
  Drive_Mode: 10,
  Operating_Mode: 11,
  Homing_Offset: 20,
  Max_Position_Limit: 48,
  Min_Position_Limit: 52,
  Torque_Enable: 64,
  Position_D_Gain: 80,
  Position_I_Gain: 82,
  Position_P_Gain: 84,
  Goal_Position: 116,
  Present_Position: 132,
} as const

describe.each(Object.entries(PUBLISHED))('the registers of a new %s', (model, published) => {
  const { table, number } = modelOf(model)
  const factory = (name: string): number => table.find(name).factory

  it('are the vendor’s', () => {
    expect([number, factory('Model_Number')]).toEqual([published.number, published.number])
    expect(['P', 'I', 'D'].map((gain) => factory(`Position_${gain}_Gain`))).toEqual([
      published.P,
      published.I,
      published.D,
    ])
    expect(factory('Velocity_Limit')).toBe(published.velocity)
    expect(factory('Temperature_Limit')).toBe(published.celsius)
    expect([factory('Min_Voltage_Limit'), factory('Max_Voltage_Limit')]).toEqual(published.volts)
    expect([factory('Return_Delay_Time'), factory('Baud_Rate')]).toEqual([250, 1])
  })

  it('stand where LeRobot looks for them', () => {
    for (const [name, address] of Object.entries(ADDRESSES)) {
      expect(table.find(name).address, name).toBe(address)
    }
  })

  it('do not overlap and stay within the memory; factory values are within their ranges', () => {
    let end = 0
    for (const register of table.registers) {
      expect(register.address, register.name).toBeGreaterThanOrEqual(end)
      end = register.address + register.size
      const [low, high] = register.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      expect(register.factory >= low && register.factory <= high, register.name).toBe(true)
    }
    expect(end).toBe(table.memoryBytes)
  })
})

describe('models of Dynamixel servos', () => {
  it('are all checked here, found whatever the case, and listed when unknown', () => {
    expect(Object.keys(MODELS)).toEqual(Object.keys(PUBLISHED))
    expect(modelOf('XL330-M288').number).toBe(1200)
    expect(() => modelOf('xl320')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNKNOWN_NAME',
        hint: expect.stringContaining('xl430-w250'),
      }),
    )
  })
})
