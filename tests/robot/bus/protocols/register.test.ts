import { describe, expect, it } from 'vitest'
import { MODELS } from '../../../../robot/bus/protocols/dynamixel/control-table.ts'
import { STS_TABLE } from '../../../../robot/bus/protocols/feetech/control-table.ts'
import { describeErrors } from '../../../../robot/bus/protocols/feetech/status.ts'
import { decodeRegister, encodeRegister } from '../../../../robot/bus/protocols/register.ts'
import {
  decodeSignMagnitude,
  encodeSignMagnitude,
} from '../../../../robot/bus/protocols/sign-magnitude.ts'

describe('sign and magnitude', () => {
  it('puts the sign into its own bit', () => {
    expect(encodeSignMagnitude(-5, 15)).toBe(0x8005)
    expect(encodeSignMagnitude(-5, 11)).toBe(0x0805)
    expect(decodeSignMagnitude(0x0420, 10)).toBe(-32)
    // A real servo that rests below its goal reads load 1056.
    expect(decodeSignMagnitude(1056, 10)).toBe(-32)
  })

  it('reads minus zero as zero', () => {
    expect(Object.is(decodeSignMagnitude(0x8000, 15), 0)).toBe(true)
    expect(encodeSignMagnitude(-0, 15)).toBe(0)
  })

  it('saturates at the magnitude that fits', () => {
    expect(encodeSignMagnitude(-5000, 11)).toBe(0x0800 | 2047)
  })
})

describe('registers by name', () => {
  it('are found whatever the case and separators', () => {
    expect(STS_TABLE.find('P_COEFFICIENT').address).toBe(21)
    expect(STS_TABLE.find('present position').address).toBe(56)
  })

  it('are listed when the name is unknown', () => {
    expect(() => STS_TABLE.find('Speed')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNKNOWN_NAME',
        hint: expect.stringContaining('Goal_Position'),
      }),
    )
  })

  it('are little-endian, signed where the table says so', () => {
    const offset = STS_TABLE.find('Homing_Offset')
    expect([...encodeRegister(offset, -1024)]).toEqual([0x00, 0x0c])
    expect(decodeRegister(offset, Uint8Array.of(0x00, 0x0c), 31)).toBe(-1024)
  })
})

describe('registers of four bytes', () => {
  const table = MODELS['xl330-m288']!.table
  const position = table.find('Present_Position')

  it('are two’s complement where the vendor allows negative values', () => {
    // As the e-Manual has it: -1 is 0xFFFFFFFF, -4096 is 0xFFFFF000.
    expect([...encodeRegister(position, -4096)]).toEqual([0x00, 0xf0, 0xff, 0xff])
    expect(decodeRegister(position, Uint8Array.of(0xff, 0xff, 0xff, 0xff), 132)).toBe(-1)
    expect(decodeRegister(table.find('Present_PWM'), Uint8Array.of(0x8b, 0xfc), 124)).toBe(-885)
  })

  it('come back as they went', () => {
    for (const value of [0, 1, -1, 4095, -1_048_575, 1_048_575, 2_147_483_647, -2_147_483_648]) {
      expect(decodeRegister(position, encodeRegister(position, value), 132)).toBe(value)
    }
  })
})

describe('error bits', () => {
  it('are named, the unknown ones by number', () => {
    expect(describeErrors(0x21)).toBe('supply voltage outside its limits, overload')
    expect(describeErrors(0x40)).toBe('unknown bits 0x40')
  })
})
