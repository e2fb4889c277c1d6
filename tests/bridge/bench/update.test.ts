import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DEFAULT_UPDATE_SIZES } from '../../../bridge/bench/bench-update.ts'
import { startPyTorchUpdate } from '../../../bridge/bench/peer.node.ts'
import { runInProcess } from '../cli/run-in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-peer-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** In the place of Python: says what its environment allows PyTorch's libraries. */
function pretendPython(): string {
  const path = join(folder, 'python')
  const limits = '$ATEN_CPU_CAPABILITY $MKL_ENABLE_INSTRUCTIONS $ONEDNN_MAX_CPU_ISA'
  const hello = `{"name": "pytorch", "version": "0", "threads": 1, "instructions": "${limits}"}`
  writeFileSync(path, `#!/bin/sh\ncat <<END\n${hello}\nEND\ncat >/dev/null\n`)
  chmodSync(path, 0o755)
  return path
}

it.skipIf(process.platform === 'win32')(
  'holds PyTorch back to AVX2 where it is asked to',
  async () => {
    const options = { threads: 1, python: pretendPython() }
    const limited = await startPyTorchUpdate(DEFAULT_UPDATE_SIZES, {
      ...options,
      instructions: 'avx2',
    })
    const free = await startPyTorchUpdate(DEFAULT_UPDATE_SIZES, options)
    for (const peer of [limited, free]) peer.close()
    expect([limited.instructions, free.instructions.trim()]).toEqual(['avx2 AVX2 AVX2', ''])
  },
)

it.each([
  ['--instructions', 'avx2'],
  ['--workers', '2'],
])('refuses %s for backends whose libraries choose by themselves', async (...words) => {
  const args = ['--backend', 'tensorflow', ...words]
  const { exitCode, err } = await runInProcess('bench', 'update', ...args)
  expect(exitCode).toBe(2)
  expect(err).toContain(`BRIDGE_USAGE: ${words[0]} says nothing about --backend tensorflow`)
})
