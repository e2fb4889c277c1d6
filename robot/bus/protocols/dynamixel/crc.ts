const POLYNOMIAL = 0x8005

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) {
    crc = ((crc & 0x8000) !== 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1) & 0xffff
  }
  return crc
})

/** CRC-16 of `bytes[start..end)`: polynomial 0x8005, begun at `crc`, most significant bit first. */
export function crc16(bytes: Uint8Array, start: number, end: number, crc = 0): number {
  let sum = crc
  for (let index = start; index < end; index++) {
    sum = ((sum << 8) ^ TABLE[(sum >> 8) ^ bytes[index]!]!) & 0xffff
  }
  return sum
}
