import { describe, expect, it } from 'vitest'
import { readFields } from '../../../policy/file/protobuf-reader.ts'
import { bytesField, stringField, varintField } from '../../../policy/file/protobuf-writer.ts'

describe('the protobuf wire format', () => {
  // The two examples of protobuf.dev/programming-guides/encoding: `a = 150` and `b = "testing"`.
  it('writes the bytes of the specification', () => {
    expect([...varintField(1, 150)]).toEqual([0x08, 0x96, 0x01])
    expect([...stringField(2, 'testing')]).toEqual([
      0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ])
  })

  it.each([0, 1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 53 - 1])('reads the number %d back', (value) => {
    expect(readFields(varintField(20, value))).toEqual([{ kind: 'varint', field: 20, value }])
  })

  it('reads fields in file order, with views of the bytes', () => {
    const message = new Uint8Array([...bytesField(3, Uint8Array.of(9, 8)), ...varintField(1, 5)])
    expect(readFields(message)).toEqual([
      { kind: 'bytes', field: 3, bytes: Uint8Array.of(9, 8) },
      { kind: 'varint', field: 1, value: 5 },
    ])
  })

  it.each([
    ['a length beyond the end', [0x12, 0x07, 0x74]],
    ['an end inside a number', [0x08, 0x96]],
    ['a number beyond 2⁵³', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number that never ends', [0x08, ...new Array(20).fill(0x80)]],
    ['a group', [0x0b]],
  ])('refuses %s', (_what, bytes) => {
    expect(() => readFields(Uint8Array.from(bytes))).toThrow(/not a readable policy file/)
  })
})
