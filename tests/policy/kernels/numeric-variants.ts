import { enableRelaxedSimd } from '../../../policy/kernels/enable-relaxed-simd.node.ts'
import { hasRelaxedSimd, type KernelVariant } from '../../../policy/kernels/load-kernels.ts'

enableRelaxedSimd()

/** Builds of the kernels that this engine runs. */
export const VARIANTS: readonly KernelVariant[] = hasRelaxedSimd()
  ? ['simd', 'relaxed-simd']
  : ['simd']

/** Largest difference relative to the largest expected magnitude. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0
  let scale = 1e-30
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(found[i]! - expected[i]!))
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return error / scale
}
