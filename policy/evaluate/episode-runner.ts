/** How one episode ended, in whatever world it was played. */
export interface EpisodeOutcome {
  /**
   * What is judged, to its goal at the end [m]; NaN when it was not known, infinite when anything else that
   * success takes was not so.
   */
  readonly distanceM: number
  /** Mean speed of the object over the settling window [m/s]; null where nobody measures it. */
  readonly settledSpeedMPerS: number | null
  /** How often each safety rule changed a command. */
  readonly interventions: Readonly<Record<string, number>>
  /** Error code that ended the episode early; such an episode has failed. */
  readonly fault: string | null
}

/** A world that plays one episode after another: the twin, a real arm, a simulation in real time. */
export interface EpisodeRunner {
  /** @param episode - fixes the draw of start, goal and physics where the world can choose them */
  runEpisode(episode: number): Promise<EpisodeOutcome>
}
