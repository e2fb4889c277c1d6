/** CBOR (RFC 8949) of a JSON-like value; rows of numbers as little-endian float64 typed arrays (RFC 8746). */
export function encodeCbor(value: unknown): Uint8Array {
  const writer = new CborWriter()
  writer.write(value)
  return writer.take()
}

const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6
const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6
const FLOAT64 = 0xfb
/** Typed array of float64, little-endian. */
const FLOAT64_LE_TAG = 86

class CborWriter {
  #bytes = Buffer.alloc(1024)
  #size = 0

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  write(value: unknown): void {
    if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'boolean') this.#byte(value ? TRUE : FALSE)
    else if (value instanceof Uint8Array) this.#blob(value)
    else if (Array.isArray(value) || ArrayBuffer.isView(value)) this.#array(value as never)
    else if (typeof value === 'object' && value !== null) this.#map(value)
    else this.#byte(NULL)
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0) this.#head(UNSIGNED, value)
      else this.#head(NEGATIVE, -1 - value)
      return
    }
    this.#byte(FLOAT64)
    this.#reserve(8)
    this.#size = this.#bytes.writeDoubleBE(value, this.#size)
  }

  #text(text: string): void {
    const bytes = Buffer.from(text)
    this.#head(TEXT, bytes.length)
    this.#append(bytes)
  }

  #blob(bytes: Uint8Array): void {
    this.#head(BYTES, bytes.length)
    this.#append(bytes)
  }

  #array(values: ArrayLike<unknown>): void {
    const items = Array.from(values)
    if (items.length > 0 && items.every((item) => typeof item === 'number')) {
      const bytes = Buffer.alloc(8 * items.length)
      items.forEach((item, k) => void bytes.writeDoubleLE(item, 8 * k))
      this.#head(TAG, FLOAT64_LE_TAG)
      this.#blob(bytes)
      return
    }
    this.#head(ARRAY, items.length)
    for (const item of items) this.write(item)
  }

  #map(object: object): void {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined)
    this.#head(MAP, entries.length)
    for (const [key, value] of entries) {
      this.#text(key)
      this.write(value)
    }
  }

  /** Major type and its argument in the fewest bytes. */
  #head(major: number, argument: number): void {
    const high = major << 5
    this.#reserve(9)
    if (argument < 24) this.#size = this.#bytes.writeUInt8(high | argument, this.#size)
    else if (argument < 0x100) {
      this.#size = this.#bytes.writeUInt8(high | 24, this.#size)
      this.#size = this.#bytes.writeUInt8(argument, this.#size)
    } else if (argument < 0x10000) {
      this.#size = this.#bytes.writeUInt8(high | 25, this.#size)
      this.#size = this.#bytes.writeUInt16BE(argument, this.#size)
    } else if (argument < 0x100000000) {
      this.#size = this.#bytes.writeUInt8(high | 26, this.#size)
      this.#size = this.#bytes.writeUInt32BE(argument, this.#size)
    } else {
      this.#size = this.#bytes.writeUInt8(high | 27, this.#size)
      this.#size = this.#bytes.writeBigUInt64BE(BigInt(argument), this.#size)
    }
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#size = this.#bytes.writeUInt8(value, this.#size)
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#size)
    this.#size += bytes.length
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return
    const larger = Buffer.alloc(2 * (this.#size + more))
    larger.set(this.take())
    this.#bytes = larger
  }
}
