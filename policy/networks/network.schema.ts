import { z } from 'zod'

const count = z.number().int().positive()

/** What an actor remembers with; kinds of memory: see `actor-parameters.ts`. */
const memory = {
  /** Left out: an LSTM. */
  memory: z.enum(['gru', 'none', 'history']).exactOptional(),
  /** Observations that a history sees, the present one included. */
  frames: count.min(2).exactOptional(),
}

/** The actor of all stages: what is left out is as each stage has it, but for the memory. */
export const sharedActorSchema = z.strictObject({
  embed: count.exactOptional(),
  hidden: count.exactOptional(),
  head: count.exactOptional(),
  ...memory,
})

/** The actor, as an algorithm's config says it. */
export const networkSchema = z.strictObject({
  embed: count,
  hidden: count,
  head: count,
  ...memory,
  /** Normalised inputs are clipped to ± this. */
  normClip: z.number().positive(),
})

/** For `refine`: `frames` is given where, and only where, it means something. */
export const RIGHT_FRAMES = [
  hasRightFrames,
  { message: 'frames belongs to memory: history, and only there' },
] as const

function hasRightFrames({
  memory,
  frames,
}: {
  readonly memory?: string
  readonly frames?: number
}): boolean {
  return (memory === 'history') === (frames !== undefined)
}
