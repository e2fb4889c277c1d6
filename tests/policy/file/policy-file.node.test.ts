import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadPolicyFile, savePolicyFile } from '../../../policy/file/policy-file.node.ts'
import { writePolicyFile } from '../../../policy/file/policy-file.ts'
import { FACTS, randomParameters, SMALL_SHAPE } from './policy-fixture.ts'

const policy = { parameters: randomParameters(SMALL_SHAPE), metadata: FACTS }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-file-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('policy files on disk', () => {
  it('come back as saved, and nothing else is left in the folder', () => {
    const path = join(folder, 'deep', 'policy.onnx')
    savePolicyFile(path, policy)
    expect(loadPolicyFile(path).parameters).toEqual(policy.parameters)
    expect(readdirSync(join(folder, 'deep'))).toEqual(['policy.onnx'])
  })

  it('replace an older file whole', () => {
    const path = join(folder, 'policy.onnx')
    writeFileSync(path, 'old')
    savePolicyFile(path, policy)
    expect(new Uint8Array(readFileSync(path))).toEqual(writePolicyFile(policy))
  })

  it('name the file in every refusal', () => {
    const path = join(folder, 'policy.onnx')
    writeFileSync(path, 'no protobuf')
    expect(() => loadPolicyFile(path)).toThrow(
      expect.objectContaining({ code: 'POLICY_FILE_INVALID' }),
    )
    expect(() => loadPolicyFile(path)).toThrow(path)
  })

  it('are asked for by path when missing', () => {
    expect(() => loadPolicyFile(join(folder, 'none.onnx'))).toThrow(
      expect.objectContaining({ code: 'CONFIG_FILE_MISSING' }),
    )
  })

  it('are looked up in the zoo by name, and unknown names are refused', () => {
    expect(() => loadPolicyFile('no-such-policy')).toThrow(
      expect.objectContaining({ code: 'CONFIG_UNKNOWN_NAME' }),
    )
  })

  it('refuse a place that cannot be written with the reason, leaving nothing behind', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => savePolicyFile(join(folder, 'file', 'policy.onnx'), policy)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_DISK' }),
    )
    // The folder itself as the target: written beside it, then the rename is refused.
    expect(() => savePolicyFile(folder, policy)).toThrow(/cannot write .*(EISDIR|ENOTEMPTY|EPERM)/)
    expect(
      readdirSync(tmpdir()).filter((name) => join(tmpdir(), name).startsWith(`${folder}.`)),
    ).toEqual([])
  })
})
