import { describe, expect, it } from 'vitest'
import { encodeFileVersion, encodeScalars } from '../../../policy/learning/tensorboard.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const VERSION = '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c'
const SCALARS =
  '33000000000000000ca7205609000000000000024010ac022a250a140a0d747261696e2f73756363657373150000003f' +
  '0a0d0a066576616c2f7815000080bfcaef5155'

// Bytes written by the Python package tensorboard (EventFileWriter's RecordWriter, Event protobufs).
describe('TensorBoard event files', () => {
  it('begin with the version record', () => {
    expect(hex(encodeFileVersion(1.5))).toBe(VERSION)
  })

  it('hold scalars as one record per step', () => {
    expect(hex(encodeScalars(2.25, 300, { 'train/success': 0.5, 'eval/x': -1 }))).toBe(SCALARS)
  })
})
