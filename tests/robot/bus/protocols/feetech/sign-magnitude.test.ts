import { describe, expect, it } from 'vitest'
import { findRegister } from '../../../../../robot/bus/protocols/feetech/control-table.ts'
import {
  decodeRegister,
  encodeRegister,
} from '../../../../../robot/bus/protocols/feetech/register-values.ts'
import {
  decodeSignMagnitude,
  encodeSignMagnitude,
} from '../../../../../robot/bus/protocols/feetech/sign-magnitude.ts'
import { describeErrors } from '../../../../../robot/bus/protocols/feetech/status.ts'

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
    expect(findRegister('P_COEFFICIENT').address).toBe(21)
    expect(findRegister('present position').address).toBe(56)
  })

  it('are listed when the name is unknown', () => {
    expect(() => findRegister('Speed')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNKNOWN_NAME',
        hint: expect.stringContaining('Goal_Position'),
      }),
    )
  })

  it('are little-endian, signed where the table says so', () => {
    const offset = findRegister('Homing_Offset')
    expect([...encodeRegister(offset, -1024)]).toEqual([0x00, 0x0c])
    expect(decodeRegister(offset, Uint8Array.of(0x00, 0x0c), 31)).toBe(-1024)
  })
})

describe('error bits', () => {
  it('are named, the unknown ones by number', () => {
    expect(describeErrors(0x21)).toBe('supply voltage outside its limits, overload')
    expect(describeErrors(0x40)).toBe('unknown bits 0x40')
  })
})
