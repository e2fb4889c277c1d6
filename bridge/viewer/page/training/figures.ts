export const percent = (share: number) => `${(100 * share).toFixed(0)} %`

/** `90 min` as `1 h 30 min`. */
export function minutes(timeS: number): string {
  const whole = Math.round(timeS / 60)
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`
}

/** `1200000` → `1.2 M`. */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`
  return value >= 1000
    ? `${Number((value / 1000).toPrecision(3))} k`
    : String(Number(value.toPrecision(3)))
}
