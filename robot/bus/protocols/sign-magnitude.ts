/** Feetech's signed numbers: a magnitude, and one bit for the sign (15, 11 or 10 by register). */

export function encodeSignMagnitude(value: number, signBit: number): number {
  const limit = (1 << signBit) - 1
  const magnitude = Math.min(Math.abs(Math.round(value)), limit)
  return value < 0 && magnitude > 0 ? magnitude | (1 << signBit) : magnitude
}

/** Both zeros (the sign bit alone, too) read 0. */
export function decodeSignMagnitude(raw: number, signBit: number): number {
  const magnitude = raw & ((1 << signBit) - 1)
  return (raw >> signBit) & 1 && magnitude !== 0 ? -magnitude : magnitude
}
