import { expect, it } from 'vitest'
import { benchLayers } from '../../../bridge/bench/bench-layers.ts'
import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'

it('trains ordinary dense layers with our kernels as the published backend does, to rounding', async () => {
  let tick = 0
  const started: string[] = []
  const result = await benchLayers(
    {
      stock: () => startWasmBackend({ kernels: 'composite' }),
      async ours() {
        const backend = await startWasmBackend()
        started.push(backend.kernels)
        return backend
      },
    },
    { wallS: () => tick++, cpuS: () => tick++ },
    { turns: 1, sizes: { inputs: 7, hidden: [9, 33], outputs: 3, batch: 17 } },
  )
  expect(started).not.toContain('composite')
  expect(result.lossError).toBeGreaterThan(0)
  expect(result.lossError).toBeLessThan(1e-5)
})
