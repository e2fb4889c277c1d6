import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import type { CommandOutcome } from '../../cli/command.ts'
import { benchLayers } from '../bench-layers.ts'
import { processStopwatch } from '../stopwatch.node.ts'
import { formatTable } from '../table.ts'

/** Ordinary TensorFlow.js training on the WebAssembly backend as it is published, and with our kernels under it. */
export async function reportLayers(): Promise<CommandOutcome> {
  const start = {
    stock: () => startWasmBackend({ kernels: 'composite' }),
    ours: () => startWasmBackend(),
  }
  const result = await benchLayers(start, processStopwatch)
  const { stockMs, stockMedianMs, ourMs, ourMedianMs, ratio, lossError } = result
  const head = ['dense layers, one training step', 'best ms', 'median ms']
  const rows = [
    ['TensorFlow.js as published', stockMs.toFixed(2), stockMedianMs.toFixed(2)],
    ['with these kernels', ourMs.toFixed(2), ourMedianMs.toFixed(2)],
  ]
  return {
    result: { ...result },
    summary: `${formatTable(head, rows)}\n${ratio.toFixed(1)} times as fast; losses differ by ${lossError.toExponential(1)} at most`,
  }
}
