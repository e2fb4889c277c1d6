// Compiles wide-gemm.c into dist with the C compiler of this machine: part of `npm run build`. Without one,
// or on another processor, the kernels do all in WebAssembly.
import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const { platform, arch, env, pid } = process
const folder = here('../../../dist/policy/kernels/native')
const file = `${folder}/wide-gemm-${platform}-${arch}.node`
const flags =
  platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC']

if (arch === 'x64' && platform !== 'win32') {
  mkdirSync(folder, { recursive: true })
  try {
    const aside = `${file}.${pid}`
    execFileSync(env.CC ?? 'cc', ['-O3', '-s', ...flags, '-o', aside, here('wide-gemm.c')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    renameSync(aside, file)
  } catch (error) {
    const [reason] = String(error.stderr || error.message).split('\n')
    console.error(
      `Matrix products stay in WebAssembly: no C compiler made them native (${reason}).`,
    )
  }
}
