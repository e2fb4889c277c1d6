import { RandomStream } from '../../robot/model/random.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import { quantile } from './figures.ts'
import type { MemoryMeter, MemoryUse } from './memory.node.ts'

export interface MemoryOptions {
  readonly meter: MemoryMeter
  /** Policy steps of one arm, over all arms; rounded up to whole batches. */
  readonly steps: number
  readonly seed: number
  /** Called at each tenth. */
  readonly onReading?: (reading: MemoryReading) => void
}

export interface MemoryReading extends MemoryUse {
  /** Arm steps until then. */
  readonly steps: number
}

export interface MemoryResult {
  /** At the start and at each tenth. */
  readonly readings: readonly MemoryReading[]
  /** Slope over the second half: the first has the compiler in it [bytes per million arm steps]. */
  readonly growthBytesPerMillion: MemoryUse
  /** JavaScript objects made and dropped again by one arm in one step [bytes]. */
  readonly allocatedBytesPerStep: number
  /** What a reset of one arm makes and drops [bytes]. */
  readonly allocatedBytesPerReset: number
}

const TENTHS = 10
const KEYS = ['rssBytes', 'heapBytes', 'buffersBytes', 'wasmBytes'] as const
/** Stretches in which allocations are counted, and their policy steps: too short for a collection in most. */
const STRETCHES = 41
const STRETCH_STEPS = 10

/** Plays random actions, with resets, and reads the memory at tenths of the run. `env` stays the caller's. */
export function benchMemory(env: VecEnv, options: MemoryOptions): MemoryResult {
  const { meter, seed, onReading } = options
  const batches = Math.ceil(options.steps / env.numEnvs)
  const stream = new RandomStream(seed)
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  const readings: MemoryReading[] = []
  const read = (batch: number) => {
    const reading = { steps: batch * env.numEnvs, ...meter.read() }
    readings.push(reading)
    onReading?.(reading)
  }
  const step = () => {
    for (let i = 0; i < actions.length; i++) actions[i] = stream.between(-1, 1)
    env.step(actions)
  }
  let episode = 0
  const reset = () => {
    env.reset({ seed, episode, width: 1 })
    episode += env.numEnvs
  }
  reset()
  read(0)
  for (let batch = 1; batch <= batches; batch++) {
    step()
    if (batch % env.episodeSteps === 0) reset()
    if (readings.length < TENTHS && batch >= (readings.length * batches) / TENTHS) read(batch)
  }
  read(batches)
  const allocated = (times: number, run: () => void) =>
    medianGrowth(meter, times, run) / (times * env.numEnvs)
  return {
    readings,
    growthBytesPerMillion: growthOf(readings.slice(TENTHS / 2)),
    allocatedBytesPerStep: allocated(STRETCH_STEPS, step),
    allocatedBytesPerReset: allocated(1, reset),
  }
}

/** What `times` runs add to the heap [bytes], the median of many tries: a collection spoils few of them. */
function medianGrowth(meter: MemoryMeter, times: number, run: () => void): number {
  const growths = Array.from({ length: STRETCHES }, () => {
    const before = meter.allocatedBytes()
    for (let i = 0; i < times; i++) run()
    return meter.allocatedBytes() - before
  })
  return quantile(growths, 0.5)
}

/** Least-squares slope of each figure. */
export function growthOf(readings: readonly MemoryReading[]): MemoryUse {
  const middle = mean(readings.map(({ steps }) => steps))
  const spread = readings.reduce((sum, { steps }) => sum + (steps - middle) ** 2, 0)
  const slopes = KEYS.map((key) => {
    const level = mean(readings.map((reading) => reading[key]))
    const together = readings.reduce(
      (sum, reading) => sum + (reading.steps - middle) * (reading[key] - level),
      0,
    )
    return [key, (1e6 * together) / spread] as const
  })
  return Object.fromEntries(slopes) as Record<(typeof KEYS)[number], number>
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
