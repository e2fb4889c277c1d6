/** What a real arm led by hand was recorded to do. */
export interface PublicEpisodes {
  readonly source: string
  /** Least and most frames by which the state of a joint lags its action. */
  readonly lagFrames: readonly [number, number]
  /** What is left at the best whole frame, root of the mean square; 100 is half of a joint's range. */
  readonly residual: Readonly<Record<string, number>>
}

/** By arm. */
export const PUBLIC_EPISODES: Readonly<Record<string, PublicEpisodes>> = {
  so101: {
    source:
      'SamueleSandrini/record-test: 4 episodes of a real SO-101, 1,492 frames at 30 per second',
    lagFrames: [4, 5],
    residual: {
      shoulder_pan: 0.49,
      shoulder_lift: 2.29,
      elbow_flex: 3.33,
      wrist_flex: 1.97,
      wrist_roll: 0.36,
    },
  },
}
