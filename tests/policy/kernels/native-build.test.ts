import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const BUILD = fileURLToPath(new URL('../../../policy/kernels/native/build.mjs', import.meta.url))
const isPossible = process.arch === 'x64' && process.platform !== 'win32'

describe('the build of the native products', () => {
  it.skipIf(!isPossible)(
    `does without, in one line, where there is no C compiler${isPossible ? '' : ' (skipped: not for this machine)'}`,
    () => {
      const env = { ...process.env, CC: '/nowhere/cc' }
      const { status, stderr } = spawnSync(process.execPath, [BUILD], { env, encoding: 'utf8' })
      expect(status).toBe(0)
      expect(stderr.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^Matrix products stay in WebAssembly: no C compiler .*ENOENT/),
      ])
    },
  )
})
