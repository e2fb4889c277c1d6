import type { Rollout, RolloutShape } from './rollout.ts'

/** A rollout made ready for learning; rows [steps, numEnvs, …]. */
export interface PreparedRollout {
  readonly rollout: Rollout
  /** Normalised. */
  readonly observation: Float32Array
  /** Normalised. */
  readonly critic: Float32Array
  /** Normalised. */
  readonly advantage: Float32Array
  /** Returns in units of the return scale. */
  readonly target: Float32Array
}

/** What lies beside the rollout. */
type PreparedArrays = Omit<PreparedRollout, 'rollout'>

function sizesOf(s: RolloutShape): Record<keyof PreparedArrays, number> {
  const rows = s.steps * s.numEnvs
  return {
    observation: rows * s.observation,
    critic: rows * s.critic,
    advantage: rows,
    target: rows,
  }
}

/**
 * Room for what a rollout is made into, all zero.
 *
 * @param allocate - gives memory of so many bytes, shared between threads or not
 */
export function roomToPrepare(
  rollout: Rollout,
  allocate: (bytes: number) => ArrayBufferLike,
): PreparedRollout {
  const sizes = Object.entries(sizesOf(rollout.shape))
  const buffer = allocate(sizes.reduce((sum, [, size]) => sum + 4 * size, 0))
  let offset = 0
  const arrays = sizes.map(([name, size]) => {
    const array = new Float32Array(buffer, offset, size)
    offset += array.byteLength
    return [name, array] as const
  })
  return { rollout, ...(Object.fromEntries(arrays) as unknown as PreparedArrays) }
}
