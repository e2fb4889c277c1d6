import v8 from 'node:v8'

/**
 * Lets Node 20 compile relaxed SIMD; later versions have it already. Call it before the kernels are
 * instantiated: engine flags are fixed once the first module that needs them was compiled.
 */
export function enableRelaxedSimd(): void {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
}
