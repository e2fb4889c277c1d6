/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10

/** Time that `numBytes` take on the wire [s]. */
export const wireTimeS = (numBytes: number, baudBps: number): number =>
  (numBytes * BITS_PER_BYTE) / baudBps
