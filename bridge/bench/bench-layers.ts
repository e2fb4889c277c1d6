import type { Backend } from '../../policy/backends/backend.ts'
import { type LayersSizes, LayersWorkload } from '../../policy/backends/layers-workload.ts'
import { quantile } from './figures.ts'
import { type Stopwatch, timeAsyncRuns } from './stopwatch.ts'

export const DEFAULT_LAYERS: LayersSizes = {
  ...{ inputs: 64, hidden: [256, 256], outputs: 16, batch: 256 },
}

export interface LayersBenchResult extends LayersSizes {
  /** Best of one training step, by the processor's time [ms]: as TensorFlow.js is published, and with our kernels. */
  readonly stockMs: number
  readonly ourMs: number
  /** Medians of the same [ms]. */
  readonly stockMedianMs: number
  readonly ourMedianMs: number
  /** How many times faster, by the best of each. */
  readonly ratio: number
  /** Largest difference of a loss between the two, relative. */
  readonly lossError: number
}

/** Training steps of one turn, and the first ones, for which the engine compiles. */
const STEPS_PER_TURN = 10
const WARM_UP_STEPS = 10

/**
 * Ordinary TensorFlow.js code, what `tf.layers` does in `trainOnBatch`: dense layers with ReLU, mean squared error,
 * gradients by `variableGrads`, Adam. None of it names our ops; the kernels under it are replaced.
 *
 * @param start.stock - starts the backend as it is published, `ours` with our kernels; each is released again
 */
export async function benchLayers(
  start: { readonly stock: () => Promise<Backend>; readonly ours: () => Promise<Backend> },
  stopwatch: Stopwatch,
  { turns = 3, sizes = DEFAULT_LAYERS } = {},
): Promise<LayersBenchResult> {
  const stock: number[] = []
  const ours: number[] = []
  const losses: number[][] = []
  for (let turn = 0; turn < turns; turn++) {
    for (const [open, times] of [
      [start.stock, stock],
      [start.ours, ours],
    ] as const) {
      const backend = await open()
      const workload = new LayersWorkload(sizes)
      for (let k = 0; k < WARM_UP_STEPS; k++) await workload.step()
      const { cpuS } = await timeAsyncRuns(stopwatch, STEPS_PER_TURN, () => workload.step())
      times.push(...cpuS.map((seconds) => 1e3 * seconds))
      losses.push(workload.losses)
      workload.dispose()
      backend.release()
    }
  }
  const [stockMs, ourMs] = [Math.min(...stock), Math.min(...ours)]
  return {
    ...sizes,
    ...{ stockMs, ourMs },
    stockMedianMs: quantile(stock, 0.5),
    ourMedianMs: quantile(ours, 0.5),
    ratio: stockMs / ourMs,
    lossError: Math.max(
      ...losses[0]!.map((loss, k) => Math.abs(losses[1]![k]! - loss) / Math.abs(loss)),
    ),
  }
}
