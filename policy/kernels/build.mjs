// Compiles the kernels, with and without relaxed SIMD, into kernels.gen.ts.
// `npm run kernels` writes the file; a test calls compileKernels and compares.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

async function compile(features) {
  const files = new Map()
  const { error, stderr } = await asc.main(
    [
      'assembly/index.ts',
      ...['--baseDir', here('.'), '--outFile', 'kernels.wasm'],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--use', 'abort='],
      ...features.flatMap((feature) => ['--enable', feature]),
    ],
    { writeFile: (name, contents) => files.set(name, contents) },
  )
  if (error) throw new Error(stderr.toString(), { cause: error })
  return Buffer.from(files.get('kernels.wasm')).toString('base64')
}

/** Text of kernels.gen.ts. */
export async function compileKernels() {
  const plain = await compile(['simd'])
  const relaxed = await compile(['simd', 'relaxed-simd'])
  return `// Written by policy/kernels/build.mjs (npm run kernels) from policy/kernels/assembly. Do not edit.

/** The kernels as a WebAssembly module in base64, for 128-bit SIMD. */
export const SIMD_KERNELS =
  '${plain}'

/** The same with fused multiply-add, for engines that have relaxed SIMD. */
export const RELAXED_SIMD_KERNELS =
  '${relaxed}'
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(here('kernels.gen.ts'), await compileKernels())
}
