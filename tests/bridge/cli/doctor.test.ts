import { describe, expect, it } from 'vitest'
import { examineMachine } from '../../../bridge/cli/machine-findings.ts'
import { runInProcess } from './run-in-process.ts'

describe('examineMachine', () => {
  const findings = examineMachine()
  const byName = new Map(findings.map((finding) => [finding.name, finding]))

  it('finds everything that the tests themselves run on', () => {
    for (const name of ['node', 'cpu', 'wasm-simd', 'serial-driver']) {
      expect(byName.get(name)?.status, name).toBe('present')
    }
  })

  it('says how to get whatever is not there', () => {
    for (const { status, hint, name } of findings) {
      if (status !== 'present') expect(hint, name).toBeTruthy()
    }
  })
})

it('doctor knows the arm that it is told of, also without a port', async () => {
  const { err, exitCode } = await runInProcess('doctor', '--arm', 'nix')
  expect(exitCode).toBe(2)
  expect(err).toMatch(/^CONFIG_UNKNOWN_NAME: .*nix/m)
})
