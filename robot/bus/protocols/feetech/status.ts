import { describeBits } from '../servo-protocol.ts'

/** Bits of the error byte of a status frame, equal to register 65. Source: vendor wiki, as in frame.ts. */
export const ERROR_BIT = {
  VOLTAGE: 0x01,
  ENCODER: 0x02,
  TEMPERATURE: 0x04,
  CURRENT: 0x08,
  OVERLOAD: 0x20,
} as const

const DESCRIPTIONS: readonly (readonly [number, string])[] = [
  [ERROR_BIT.VOLTAGE, 'supply voltage outside its limits'],
  [ERROR_BIT.ENCODER, 'position encoder'],
  [ERROR_BIT.TEMPERATURE, 'too hot'],
  [ERROR_BIT.CURRENT, 'over-current'],
  [ERROR_BIT.OVERLOAD, 'overload'],
]

/** What the error bits say, in words. */
export const describeErrors = (error: number): string => describeBits(error, DESCRIPTIONS)
