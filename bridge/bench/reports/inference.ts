import { loadPolicyFile } from '../../../policy/file/policy-file.node.ts'
import { fastestVariant } from '../../../policy/kernels/load-kernels.ts'
import {
  type FastestKernels,
  fastestKernels,
} from '../../../policy/kernels/native/load-wide-gemm.node.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { benchInference, createIdlePolicy } from '../bench-inference.ts'
import { kernelNames } from '../kernel-names.ts'
import { formatTable } from '../table.ts'

/** Observation and action of the push policies. */
const OBSERVATION = 32
const ACTION = 3

/**
 * Time of one policy step at batch sizes of a control loop (1) and of rollouts, each by the kernels that it
 * has there.
 */
export async function reportInference({ options, out }: CommandContext): Promise<CommandOutcome> {
  const name = options['policy'] as string | undefined
  const parameters =
    name === undefined ? createIdlePolicy(OBSERVATION, ACTION) : loadPolicyFile(name).parameters
  const batches = (options['batch'] as number[] | undefined) ?? [1]
  const clock = new RealClock()
  const heapBytes = () => process.memoryUsage().heapUsed
  const results = batches.map((batch) => {
    const steps = Math.max(500, Math.round(5000 / batch))
    const kernels: FastestKernels = batch > 1 ? fastestKernels() : { variant: fastestVariant() }
    const figures = benchInference({ parameters, batch, kernels, clock, heapBytes, steps })
    return { kernels: kernelNames(kernels.variant, kernels.products), ...figures }
  })
  for (const result of results) out.event({ type: 'batch', ...result })
  const rows = results.map(({ batch, kernels, p50S, p99S, bytesPerStep }) => [
    batch,
    kernels,
    (1e6 * p50S).toFixed(1),
    (1e6 * p99S).toFixed(1),
    bytesPerStep.toFixed(0),
  ])
  out.line(formatTable(['batch', 'kernels', 'p50 µs', 'p99 µs', 'bytes allocated per step'], rows))
  const [first] = results
  return {
    result: { policy: name ?? 'random weights', ...first!, batches: results },
    summary: `${(1e6 * first!.p50S).toFixed(1)} µs per step of ${first!.batch} (p99 ${(1e6 * first!.p99S).toFixed(1)} µs)`,
  }
}
