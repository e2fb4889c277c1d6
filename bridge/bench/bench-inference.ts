import type { KernelOptions } from '../../policy/kernels/load-kernels.ts'
import type { ActorParameters, ActorShape } from '../../policy/networks/actor-parameters.ts'
import { actorTensorNames, actorTensorShapes } from '../../policy/networks/actor-parameters.ts'
import { createActorRunner } from '../../policy/runtime/actor-runner.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { quantile } from './figures.ts'

export interface InferenceBenchOptions {
  readonly parameters: ActorParameters
  readonly batch: number
  /** The default is that of a deployment. */
  readonly kernels?: KernelOptions
  readonly clock: Pick<Clock, 'now'>
  /** Bytes of heap in use; leave out to skip the count of allocations. */
  readonly heapBytes?: () => number
  /** Steps timed one by one. */
  readonly steps?: number
}

export interface InferenceBenchResult {
  readonly batch: number
  /** Time of one step of the whole batch [s]. */
  readonly p50S: number
  readonly p99S: number
  /** Growth of the heap per step; 0 when nothing is allocated. NaN when not counted. */
  readonly bytesPerStep: number
}

const WARM_UP_STEPS = 2000
const HEAP_WINDOWS = 9
const HEAP_STEPS = 500

/** Times single steps of a recurrent policy, as a control loop runs them. */
export function benchInference(options: InferenceBenchOptions): InferenceBenchResult {
  const { parameters, batch, kernels, clock, heapBytes, steps = 5000 } = options
  const runner = createActorRunner(parameters, batch, kernels)
  const random = new RandomStream(1)
  const observation = Float32Array.from({ length: batch * parameters.shape.observation }, () =>
    random.normal(),
  )
  const state = new Float32Array(batch * runner.stateSize)
  const mean = new Float32Array(batch * parameters.shape.action)
  const warmUpSteps = Math.ceil(WARM_UP_STEPS / batch)
  for (let i = 0; i < warmUpSteps; i++) runner.step(observation, state, mean)
  const times = new Float64Array(steps)
  for (let i = 0; i < steps; i++) {
    const beganS = clock.now()
    runner.step(observation, state, mean)
    times[i] = clock.now() - beganS
  }
  const grown: number[] = []
  for (let window = 0; heapBytes !== undefined && window < HEAP_WINDOWS; window++) {
    const earlier = heapBytes()
    const before = heapBytes()
    for (let i = 0; i < HEAP_STEPS; i++) runner.step(observation, state, mean)
    // Looking at the heap allocates too.
    grown.push((heapBytes() - before - (before - earlier)) / HEAP_STEPS)
  }
  return {
    batch,
    p50S: quantile(times, 0.5),
    p99S: quantile(times, 0.99),
    bytesPerStep: quantile(grown, 0.5),
  }
}

/** A policy of the usual size with random weights, whose actions are all zero. */
export function createIdlePolicy(
  observation: number,
  action: number,
  width = 128,
): ActorParameters {
  const shape: ActorShape = { observation, embed: width, hidden: width, head: width, action }
  const shapes = actorTensorShapes(shape)
  const random = new RandomStream(2)
  const tensors = actorTensorNames(shape).map((name) => {
    const size = shapes[name]!.reduce((product, length) => product * length, 1)
    if (name === 'normStd') return [name, new Float32Array(size).fill(1)] as const
    const isZero = name === 'normMean' || name === 'outW' || name === 'outB'
    const weight = () => (isZero ? 0 : 0.1 * random.normal())
    return [name, Float32Array.from({ length: size }, weight)] as const
  })
  return { shape, normClip: 5, tensors: Object.fromEntries(tensors) as ActorParameters['tensors'] }
}
