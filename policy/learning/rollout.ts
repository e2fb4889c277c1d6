/**
 * What a simulation worker hands to the learner: whole episodes of all its arms.
 * Axis order [step, env, feature]; a rollout is `segments` goals of `env.episodeSteps` steps each,
 * played without resetting the recurrent state or the physics in between.
 */
export interface RolloutShape {
  readonly steps: number
  readonly segments: number
  readonly numEnvs: number
  readonly observation: number
  readonly critic: number
  readonly action: number
  /** Recurrent state per arm, as `stateSize` counts it. */
  readonly state: number
  /** Steps between stored recurrent states; divides `steps`. */
  readonly chunkSteps: number
  /** Numbers of an expert's action beside each step: `action`, or 0 where no expert is asked. */
  readonly label: number
  /** Numbers of a goal beside each step, or 0 where goals are not kept. */
  readonly goal: number
}

/** What follows a step. Whether the recurrent state is cleared is another matter: see `keepState`. */
export const BOUNDARY = { continue: 0, terminated: 1, truncated: 2 } as const

export interface Rollout {
  readonly shape: RolloutShape
  /** [steps, numEnvs, observation], as measured. */
  readonly observation: Float32Array
  /** [steps, numEnvs, critic] */
  readonly critic: Float32Array
  /** Critic input after the last step of each segment, before anything is reset [segments, numEnvs, critic]. */
  readonly finalCritic: Float32Array
  /** As sampled, not clipped [steps, numEnvs, action]. */
  readonly action: Float32Array
  /** Log-probability of the action under the acting policy [steps, numEnvs]. */
  readonly logProb: Float32Array
  /** [steps, numEnvs] */
  readonly reward: Float32Array
  /** One of BOUNDARY [steps, numEnvs]. */
  readonly boundary: Uint8Array
  /** 0 where the recurrent state is cleared before the step, else 1 [steps, numEnvs]. */
  readonly keepState: Float32Array
  /** Recurrent state of the acting policy before each chunk [steps / chunkSteps, numEnvs, state]. */
  readonly chunkState: Float32Array
  /** Object to goal at the end of each segment [segments, numEnvs], [m]. */
  readonly finalDistanceM: Float32Array
  /** What the expert would have done, in -1..1 [steps, numEnvs, label]. */
  readonly label: Float32Array
  /** Where what is judged was after the step; NaN: it takes more than a place [steps, numEnvs, goal], [m]. */
  readonly achieved: Float32Array
  /** Where it should be [segments, numEnvs, goal], [m]. */
  readonly desired: Float32Array
  /** The bound that each arm's draw was pinned to, -1 for none [numEnvs]. */
  readonly pinned: Float32Array
  /** 1 where the expert drove, else 0; as `achieved` only where goals are kept [steps, numEnvs]. */
  readonly shown: Float32Array
}

/** Names and lengths of the float arrays of a rollout, in memory order. */
function floatSizes(s: RolloutShape) {
  const rows = s.steps * s.numEnvs
  return {
    observation: rows * s.observation,
    critic: rows * s.critic,
    finalCritic: s.segments * s.numEnvs * s.critic,
    action: rows * s.action,
    logProb: rows,
    reward: rows,
    keepState: rows,
    chunkState: (s.steps / s.chunkSteps) * s.numEnvs * s.state,
    finalDistanceM: s.segments * s.numEnvs,
    label: rows * s.label,
    achieved: rows * s.goal,
    desired: s.segments * s.numEnvs * s.goal,
    pinned: s.numEnvs,
    shown: s.goal > 0 ? rows : 0,
  }
}

/** Bytes that `rolloutOn` needs. */
export function rolloutBytes(shape: RolloutShape): number {
  const floats = Object.values(floatSizes(shape)).reduce((a, b) => a + b, 0)
  return 4 * floats + shape.steps * shape.numEnvs
}

/** A rollout whose arrays lie on `buffer`, shared between threads or not. */
export function rolloutOn(shape: RolloutShape, buffer: ArrayBufferLike): Rollout {
  let offset = 0
  const arrays = {} as Record<keyof ReturnType<typeof floatSizes>, Float32Array>
  for (const [name, length] of Object.entries(floatSizes(shape))) {
    arrays[name as keyof typeof arrays] = new Float32Array(buffer, offset, length)
    offset += 4 * length
  }
  const boundary = new Uint8Array(buffer, offset, shape.steps * shape.numEnvs)
  return { shape, ...arrays, boundary }
}
