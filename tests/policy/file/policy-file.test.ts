import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { readPolicyFile, writePolicyFile } from '../../../policy/file/policy-file.ts'
import { FACTS, randomParameters, SMALL_SHAPE, SPEC } from './policy-fixture.ts'

const parameters = randomParameters(SMALL_SHAPE)
const bytes = writePolicyFile({ parameters, metadata: FACTS })

describe('the policy file', () => {
  it('gives back the parameters bit for bit, and the facts', () => {
    const file = readPolicyFile(bytes)
    expect(file.parameters).toEqual(parameters)
    expect(file.metadata).toMatchObject(FACTS)
    expect(file.metadata.recurrentState).toEqual({ h: [12], c: [12] })
    expect(file.metadata.network).toEqual({ shape: SMALL_SHAPE, normClip: 5 })
  })

  it('writes the same bytes again from what it read, whatever the order of keys', () => {
    const { metadata, parameters: read } = readPolicyFile(bytes)
    expect(writePolicyFile({ parameters: read, metadata })).toEqual(bytes)
    const reversed = Object.fromEntries(Object.entries(FACTS).reverse()) as unknown as typeof FACTS
    expect(writePolicyFile({ parameters, metadata: reversed })).toEqual(bytes)
  })

  it('carries the SHA-256 of the file with the digest itself zeroed', () => {
    const { digest } = readPolicyFile(bytes).metadata
    const zeroed = Buffer.from(bytes)
    zeroed.write('0'.repeat(64), zeroed.indexOf(digest), 'latin1')
    expect(createHash('sha256').update(zeroed).digest('hex')).toBe(digest)
  })

  it('refuses every single-byte edit it is tried with', () => {
    for (let at = 0; at < bytes.length; at += 7) {
      const edited = bytes.slice()
      edited[at] = edited[at]! ^ (1 << (at % 8))
      expect(['POLICY_FILE_EDITED', 'POLICY_FILE_INVALID', 'POLICY_MISMATCH']).toContain(
        codeOf(() => readPolicyFile(edited)),
      )
    }
  }, 20_000)

  it('names an edited weight as an edit', () => {
    const edited = bytes.slice()
    const weight = Buffer.from(parameters.tensors.headW.buffer, 0, 16)
    const at = Buffer.from(edited.buffer).indexOf(weight)
    expect(at).toBeGreaterThan(0)
    edited[at] = edited[at]! ^ 1
    expect(codeOf(() => readPolicyFile(edited))).toBe('POLICY_FILE_EDITED')
  })

  it('names an edited fact as an edit', () => {
    const text = Buffer.from(bytes).toString('latin1').replace('"seed":7', '"seed":8')
    expect(codeOf(() => readPolicyFile(Buffer.from(text, 'latin1')))).toBe('POLICY_FILE_EDITED')
  })

  it('names appended bytes as an edit', () => {
    // An unknown but well-formed field: number 100, value 1.
    const longer = Uint8Array.from([...bytes, 0xa0, 0x06, 0x01])
    expect(codeOf(() => readPolicyFile(longer))).toBe('POLICY_FILE_EDITED')
  })

  it('refuses a file cut short, wherever', () => {
    for (let length = 0; length < bytes.length; length += 53) {
      expect(codeOf(() => readPolicyFile(bytes.slice(0, length)))).toBe('POLICY_FILE_INVALID')
    }
  })

  it('refuses another format version and says which it reads', () => {
    const text = Buffer.from(bytes).toString('latin1')
    const next = Buffer.from(text.replace('"formatVersion":1', '"formatVersion":9'), 'latin1')
    expect(() => readPolicyFile(next)).toThrow(/expected policy format 1 or 2, found 9/)
  })

  it('refuses to write a network that its control spec does not fit', () => {
    const wide = randomParameters({ ...SMALL_SHAPE, observation: 6 })
    expect(() => writePolicyFile({ parameters: wide, metadata: FACTS })).toThrow(
      /describes 5 observation entries, the network has 6/,
    )
    const control = { ...SPEC, actionNames: ['toolStepX'] }
    expect(() => writePolicyFile({ parameters, metadata: { ...FACTS, control } })).toThrow(
      /describes 1 action entries, the network has 3/,
    )
  })

  it('refuses to write weights or facts that are no numbers', () => {
    const broken = randomParameters(SMALL_SHAPE)
    broken.tensors.outB[1] = Number.NaN
    expect(codeOf(() => writePolicyFile({ parameters: broken, metadata: FACTS }))).toBe(
      'POLICY_FILE_INVALID',
    )
    const evaluation = { rate: Number.NaN }
    expect(codeOf(() => writePolicyFile({ parameters, metadata: { ...FACTS, evaluation } }))).toBe(
      'POLICY_FILE_INVALID',
    )
  })

  it('refuses a normaliser that divides by zero', () => {
    const flat = randomParameters(SMALL_SHAPE)
    flat.tensors.normStd[0] = 0
    expect(() => writePolicyFile({ parameters: flat, metadata: FACTS })).toThrow(/normStd/)
  })
})

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof CodedError) return error.code
    throw error
  }
  return 'nothing was thrown'
}
