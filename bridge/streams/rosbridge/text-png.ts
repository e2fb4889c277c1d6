import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const BYTES_PER_PIXEL = 3
const NEWLINE = 0x0a

/**
 * A text as the pixels of an RGB image, in base64: rosbridge's `png` compression. What is left of the last row
 * is filled with line ends, which JSON ignores.
 */
export function textToPng(text: string): string {
  const bytes = Buffer.from(text)
  const numPixels = Math.ceil(bytes.length / BYTES_PER_PIXEL)
  const width = Math.max(1, Math.floor(Math.sqrt(numPixels)))
  const height = Math.max(1, Math.ceil(numPixels / width))
  const rowBytes = BYTES_PER_PIXEL * width
  // Every row begins with its filter: 0, as it is.
  const rows = Buffer.alloc(height * (rowBytes + 1), NEWLINE)
  for (let row = 0; row < height; row++) {
    rows[row * (rowBytes + 1)] = 0
    bytes.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.of()),
  ]
  return Buffer.concat([SIGNATURE, ...chunks]).toString('base64')
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'ascii'), content])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(content.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}
