import type { Backend } from '../../policy/backends/backend.ts'
import { type UpdateSizes, UpdateWorkload } from '../../policy/backends/update-workload.ts'
import {
  ACTIVATION,
  instantiateKernels,
  type KernelVariant,
} from '../../policy/kernels/load-kernels.ts'
import { createMemory } from '../../policy/kernels/web-assembly.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { quantile } from './figures.ts'
import { type RunTimes, timeAsyncRuns, timeRuns } from './stopwatch.ts'

export interface UpdateBenchOptions extends Partial<UpdateSizes> {
  /** Already started and current. */
  readonly backend: Backend
  readonly clock: Pick<Clock, 'now'>
  /** Processor time of this process [s]; without it `updateCpuMs` is that of `clock`. */
  readonly cpuNow?: () => number
  /** Updates timed, after some that are not. */
  readonly repeats?: number
}

export interface UpdateBenchResult extends UpdateSizes {
  readonly backend: string
  readonly kernels: string
  /** What computes their matrix products. */
  readonly products: string
  readonly numWeights: number
  /** Median and best of one update [ms]. */
  readonly updateMs: number
  readonly bestUpdateMs: number
  /** Processor time of one update, median [ms]. */
  readonly updateCpuMs: number
  readonly kernelsPerUpdate: number
  /** Tensors left behind by an update; 0 or there is a leak. */
  readonly tensorsLeaked: number
}

/** The sizes of a push policy: what `bench update` and its PyTorch peer measure. */
export const DEFAULT_UPDATE_SIZES: UpdateSizes = {
  steps: 50,
  batch: 64,
  observation: 26,
  critic: 80,
  action: 3,
  actorHidden: 128,
  criticHidden: 256,
}

/** The engine goes on compiling for that long. */
export const WARM_UP_UPDATES = 25

/** Times of updates as figures. */
export function updateFigures({ wallS, cpuS }: RunTimes) {
  return {
    updateMs: 1e3 * quantile(wallS, 0.5),
    bestUpdateMs: 1e3 * Math.min(...wallS),
    updateCpuMs: 1e3 * quantile(cpuS, 0.5),
  }
}

/** Times one recurrent PPO update: loss, gradients, norm limits and Adam for actor and critic. */
export async function benchUpdate(options: UpdateBenchOptions): Promise<UpdateBenchResult> {
  const { repeats = 15 } = options
  const bench = await startUpdateBench(options)
  const times = await bench.run(repeats)
  return { ...(await bench.finish()), ...updateFigures(times) }
}

/** The same in turns with something else: each `run` times some more. `finish` frees the tensors. */
export async function startUpdateBench(options: UpdateBenchOptions) {
  const { backend, clock, repeats: _, cpuNow = () => clock.now(), ...given } = options
  const sizes = { ...DEFAULT_UPDATE_SIZES, ...given }
  const workload = new UpdateWorkload(sizes)
  for (let i = 0; i < WARM_UP_UPDATES; i++) await workload.step()
  const stopwatch = { wallS: () => clock.now(), cpuS: cpuNow }
  return {
    run: (repeats: number) => timeAsyncRuns(stopwatch, repeats, () => workload.step()),
    async finish() {
      const { numWeights } = workload
      const { numKernels, numLeaked } = await workload.profile()
      workload.dispose()
      const { name, kernels, products = 'wasm' } = backend
      return {
        ...sizes,
        ...{ backend: name, kernels, products, numWeights },
        ...{ kernelsPerUpdate: numKernels, tensorsLeaked: numLeaked },
      }
    },
  }
}

export interface MatMulBenchOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly m: number
  readonly n: number
  readonly k: number
  /** The default is the fastest the engine compiles. */
  readonly variant?: KernelVariant
  readonly repeats?: number
}

/** Best speed of the matrix product [m, k] · [k, n] with bias, on one core [GFLOP/s]. */
export function benchMatMul(options: MatMulBenchOptions): number {
  const { clock, m, n, k, variant, repeats = 30 } = options
  const floats = m * k + k * n + n + m * n
  const memory = createMemory(4 * floats + (4 * (n + 8) * k + 4096))
  const kernels = instantiateKernels(memory, variant === undefined ? {} : { variant })
  const x = 0
  const w = x + 4 * m * k
  const b = w + 4 * k * n
  const y = b + 4 * n
  const scratch = y + 4 * m * n
  new Float32Array(memory.buffer, 0, b / 4).fill(0.01)
  const run = () => kernels.dense(x, w, b, y, m, k, n, ACTIVATION.linear, scratch)
  run()
  const stopwatch = { wallS: () => clock.now(), cpuS: () => clock.now() }
  return (2e-9 * m * n * k) / Math.min(...timeRuns(stopwatch, repeats, run).wallS)
}
