/** One episode of an arm with what it was told to do: a demonstration, or a log. Frames at a fixed rate. */
export interface Episode {
  /** What was to be done, in words. */
  readonly task: string
  readonly joints: readonly string[]
  /** Measured [numFrames][numJoints], [rad]. */
  readonly state: readonly Float64Array[]
  /** What the arm was told last before the next frame [numFrames][numJoints], [rad]. */
  readonly action: readonly Float64Array[]
  /** First object and goal, as `SURROUNDINGS` names them [numFrames][7]; NaN where not seen so far. */
  readonly surroundings: readonly Float64Array[]
  /** Whether it reached its goal; null where nobody judged. */
  readonly isSuccess: boolean | null
}

/** Order and units of `Episode.surroundings`; base frame of the arm. */
export const SURROUNDINGS = [
  ...['object_x_m', 'object_y_m', 'object_z_m', 'object_yaw_rad'],
  ...['goal_x_m', 'goal_y_m', 'goal_z_m'],
] as const
/** Where the goal begins in it. */
export const GOAL_AT = 4
