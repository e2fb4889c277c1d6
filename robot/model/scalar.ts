/** The number of [low, high] that is nearest to `value`; NaN stays NaN. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}
