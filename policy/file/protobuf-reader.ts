import { CodedError } from '../../configs/load/coded-error.ts'

/** One field of a message; `bytes` is a view of the input. Other wire types are refused. */
export type ProtobufField =
  | { readonly kind: 'varint'; readonly field: number; readonly value: number }
  | { readonly kind: 'bytes'; readonly field: number; readonly bytes: Uint8Array }

/** The fields of a message, in file order. Throws POLICY_FILE_INVALID where the bytes end early. */
export function readFields(message: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = []
  const cursor = { message, offset: 0 }
  while (cursor.offset < message.length) fields.push(readField(cursor))
  return fields
}

/** The one length-delimited field of that number; throws POLICY_FILE_INVALID when there is not one. */
export function onlyBytes(
  fields: readonly ProtobufField[],
  field: number,
  what: string,
): Uint8Array {
  const found = allBytes(fields, field)
  if (found.length !== 1) throw invalid(`expected one ${what}, found ${found.length}`)
  return found[0]!
}

export function allBytes(fields: readonly ProtobufField[], field: number): Uint8Array[] {
  const found: Uint8Array[] = []
  for (const entry of fields) {
    if (entry.kind === 'bytes' && entry.field === field) found.push(entry.bytes)
  }
  return found
}

export function invalid(found: string): CodedError {
  return new CodedError('POLICY_FILE_INVALID', `not a readable policy file: ${found}`, {
    hint: 'copy or download the file again; a policy file is written by `sim2arm train`',
  })
}

interface Cursor {
  readonly message: Uint8Array
  offset: number
}

function readField(cursor: Cursor): ProtobufField {
  const tag = readVarint(cursor)
  const field = Math.floor(tag / 8)
  const wireType = tag % 8
  if (wireType === 0) return { kind: 'varint', field, value: readVarint(cursor) }
  if (wireType !== 2) throw invalid(`wire type ${wireType} at byte ${cursor.offset}`)
  const length = readVarint(cursor)
  const start = cursor.offset
  if (start + length > cursor.message.length) {
    throw invalid(`${length} bytes announced, ${cursor.message.length - start} left (cut short?)`)
  }
  cursor.offset = start + length
  return { kind: 'bytes', field, bytes: cursor.message.subarray(start, cursor.offset) }
}

function readVarint(cursor: Cursor): number {
  let value = 0
  for (let place = 1; place <= Number.MAX_SAFE_INTEGER; place *= 128) {
    if (cursor.offset >= cursor.message.length) throw invalid('the bytes end inside a number')
    const byte = cursor.message[cursor.offset++]!
    value += (byte % 128) * place
    if (byte < 128) {
      if (Number.isSafeInteger(value)) return value
      break
    }
  }
  throw invalid(`a number beyond 2⁵³ before byte ${cursor.offset}`)
}
