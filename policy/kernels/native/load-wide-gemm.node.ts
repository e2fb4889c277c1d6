import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { packageRoot } from '../../../configs/load/load.node.ts'
import { enableRelaxedSimd } from '../enable-relaxed-simd.node.ts'
import {
  fastestVariant,
  hasRelaxedSimd,
  instantiateKernels,
  type KernelOptions,
  type KernelVariant,
  type WideGemm,
} from '../load-kernels.ts'
import { createMemory } from '../web-assembly.ts'

/** What the addon exports; nothing on a processor without wide vectors. */
export interface WideGemmAddon {
  readonly instructions: 'avx2' | 'avx512'
  readonly wideGemm: WideGemm
}

/** The fastest kernels of this machine. */
export function fastestKernels(): FastestKernels {
  enableRelaxedSimd()
  const variant = fastestVariant()
  const addon = loadWideGemm()
  if ('reason' in addon) return { variant }
  return { variant, wideGemm: addon.wideGemm, products: addon.instructions }
}

export interface FastestKernels extends KernelOptions {
  readonly variant: KernelVariant
  /** Native code that computes the matrix products, to the bits of `variant`. */
  readonly products?: WideGemmAddon['instructions']
}

/** Where `npm run build` puts the addon, if there is a C compiler. */
export function wideGemmFile(): string {
  const name = `wide-gemm-${process.platform}-${process.arch}.node`
  return path.join(packageRoot(), 'dist', 'policy', 'kernels', 'native', name)
}

/**
 * Matrix products by the processor's widest vectors, or the reason why there are none. They give the bits
 * of the kernels with relaxed SIMD, which is tried here. SIM2ARM_NATIVE=off does without them,
 * SIM2ARM_NATIVE=avx2 without AVX-512.
 */
export function loadWideGemm(): WideGemmAddon | { readonly reason: string } {
  if (process.env['SIM2ARM_NATIVE'] === 'off') return { reason: 'SIM2ARM_NATIVE is off' }
  if (!hasRelaxedSimd()) return { reason: 'the engine has no relaxed SIMD' }
  const file = wideGemmFile()
  if (!existsSync(file)) return { reason: 'not built: needs x86-64 and a C compiler' }
  const addon = load(file)
  if ('reason' in addon) return addon
  if (addon.wideGemm === undefined) return { reason: 'the processor has no AVX2' }
  return probe(addon.wideGemm) ? addon : { reason: 'its results differ from the kernels’' }
}

function load(file: string): WideGemmAddon | { readonly reason: string } {
  try {
    return createRequire(import.meta.url)(file) as WideGemmAddon
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** [m, n, k] at which tiles, edges and blocks of depth all occur. */
const PROBES = [
  [8, 32, 5],
  [13, 51, 300],
] as const

/** Whether a product has the same bits with and without it, in all ways in which the kernels call it. */
function probe(wideGemm: WideGemm): boolean {
  return PROBES.every(([m, n, k]) =>
    [0, 1].every((transposeA) => {
      const [own, wide] = [undefined, wideGemm].map((each) => {
        const memory = createMemory(1 << 21)
        const kernels = instantiateKernels(memory, { variant: 'relaxed-simd', wideGemm: each })
        const floats = new Float32Array(memory.buffer)
        for (let i = 0; i < (m + n) * k + n; i++) floats[i] = Math.sin(i * i)
        const [b, bias, c] = [4 * m * k, 4 * (m + n) * k, 4 * ((m + n) * k + n)]
        const sizes = [m, n, k, transposeA, 0] as const
        kernels.matmul(0, b, c, ...sizes, transposeA ? 0 : bias, 0, c + 4 * m * n)
        return new Int32Array(memory.buffer, c, m * n)
      })
      return own!.every((bits, i) => bits === wide![i])
    }),
  )
}
