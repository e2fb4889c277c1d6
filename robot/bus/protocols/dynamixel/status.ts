import { describeBits } from '../servo-protocol.ts'

/** The error byte: bit 7 tells of trouble in the servo, the rest is a number. Source: as in frame.ts. */
export const ALERT_BIT = 0x80

export const ERROR_NUMBER = {
  NONE: 0,
  RESULT_FAIL: 1,
  INSTRUCTION: 2,
  CRC: 3,
  DATA_RANGE: 4,
  DATA_LENGTH: 5,
  DATA_LIMIT: 6,
  ACCESS: 7,
} as const

const REFUSALS: readonly string[] = [
  '',
  'that it failed to carry the request out',
  'an instruction that it does not know',
  'a damaged request',
  'a value out of range',
  'data shorter than the register',
  'a value beyond its limit',
  'a register that cannot be accessed now',
]

/** Bits of `Hardware_Error_Status` and `Shutdown`. */
export const HARDWARE_ERROR = {
  VOLTAGE: 0x01,
  OVERHEATING: 0x04,
  ENCODER: 0x08,
  ELECTRICAL_SHOCK: 0x10,
  OVERLOAD: 0x20,
} as const

const HARDWARE_ERRORS: readonly (readonly [number, string])[] = [
  [HARDWARE_ERROR.VOLTAGE, 'supply voltage outside its limits'],
  [HARDWARE_ERROR.OVERHEATING, 'too hot'],
  [HARDWARE_ERROR.ENCODER, 'position encoder'],
  [HARDWARE_ERROR.ELECTRICAL_SHOCK, 'electrical shock or a supply too weak'],
  [HARDWARE_ERROR.OVERLOAD, 'overload'],
]

export const refusalOf = (error: number): number => error & ~ALERT_BIT

/** What an error byte says, in words; `hardwareErrors` is what `Hardware_Error_Status` reads. */
export function describeError(error: number, hardwareErrors = 0): string {
  const number = refusalOf(error)
  const words = number === 0 ? [] : [REFUSALS[number] ?? `error number ${number}`]
  if (hardwareErrors !== 0) words.push(describeBits(hardwareErrors, HARDWARE_ERRORS))
  else if ((error & ALERT_BIT) !== 0) words.push('a hardware error')
  return words.join(', ')
}
