import { describe, expect, it } from 'vitest'
import { benchMemory, growthOf } from '../../../bridge/bench/bench-memory.ts'
import type { VecEnv } from '../../../sim/world/vec-env.ts'

const NUM_ENVS = 4
const LEAK_BYTES = 100
const GARBAGE_BYTES = 3000

/** A world of four arms that keeps 100 bytes of each batch and makes 3000 of garbage in each step and reset. */
function leakyWorld() {
  const made = { kept: 0, garbage: 0, resets: 0 }
  const env = {
    numEnvs: NUM_ENVS,
    actionSize: 1,
    episodeSteps: 50,
    reset: () => {
      made.resets++
      made.garbage += GARBAGE_BYTES
    },
    step: () => {
      made.kept += LEAK_BYTES
      made.garbage += GARBAGE_BYTES
    },
  } as Partial<VecEnv> as VecEnv
  const meter = {
    read: () => ({ rssBytes: 5e6, heapBytes: 1e6 + made.kept, buffersBytes: 0, wasmBytes: 2e6 }),
    // Every seventh look finds that it was all collected.
    allocatedBytes: () => (++looks % 7 === 0 ? 0 : made.garbage),
  }
  let looks = 0
  return { env, meter, made }
}

describe('the bench of memory', () => {
  const { env, meter, made } = leakyWorld()
  const result = benchMemory(env, { meter, steps: 2000, seed: 1 })

  it('reads the memory at the start and at each tenth of the arms’ steps', () => {
    expect(result.readings.map(({ steps }) => steps)).toEqual([
      0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000,
    ])
    // 500 batches in episodes of 50, the last end included; one reset at the start, 41 to count garbage.
    expect(made.resets).toBe(1 + 10 + 41)
  })

  it('tells what is kept per million steps of an arm', () => {
    const { heapBytes, rssBytes, wasmBytes } = result.growthBytesPerMillion
    expect(heapBytes).toBeCloseTo((LEAK_BYTES / NUM_ENVS) * 1e6, 3)
    expect(rssBytes).toBe(0)
    expect(wasmBytes).toBe(0)
  })

  it('tells what one arm throws away, whatever is collected in between', () => {
    expect(result.allocatedBytesPerStep).toBeCloseTo(GARBAGE_BYTES / NUM_ENVS, 6)
    expect(result.allocatedBytesPerReset).toBeCloseTo(GARBAGE_BYTES / NUM_ENVS, 6)
  })

  it('fits a line through what scatters', () => {
    const reading = (steps: number, rssBytes: number) => ({
      ...{ steps, rssBytes, heapBytes: 0, buffersBytes: 0, wasmBytes: 0 },
    })
    // y = 1, 3, 2 at 0, 1, 2 million: slope 0.5.
    const growth = growthOf([reading(0, 1), reading(1e6, 3), reading(2e6, 2)])
    expect(growth.rssBytes).toBeCloseTo(0.5, 9)
  })
})
