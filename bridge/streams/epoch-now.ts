/** Seconds since 1970 by the machine's clock, without steps while the program runs, in Node and in browsers. */
export function epochNow(): number {
  return (performance.timeOrigin + performance.now()) / 1000
}
