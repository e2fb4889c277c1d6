import type { EvaluationMoment } from '../../policy/evaluate/evaluate-vec-env.ts'
import { EpisodeTrack, type FailureKind } from '../../policy/evaluate/failure-kinds.ts'
import { EpisodeFilm, type FilmedEpisode } from '../recording/episode-film.ts'
import type { SimulationEvaluation } from './evaluate-simulation.ts'
import type { TaskActor } from './task-actor.ts'

/** How often an evaluation failed in one way, at the task's main threshold. */
export interface KnownFailure {
  readonly kind: FailureKind
  readonly episodes: number
  /** Number of the first such episode: with the evaluation's seed it names its draw. */
  readonly episode: number
  /** That episode, where it was filmed. */
  readonly film?: FilmedEpisode
}

/** Tells the failed episodes of an evaluation in simulation apart by their kind. */
export class FailureWatch {
  readonly #actor: TaskActor
  readonly #episodes: number
  readonly #isFilming: boolean
  readonly #found = new Map<FailureKind, KnownFailure>()

  /** @param isFilming - the first episode of each kind is kept whole */
  constructor(actor: TaskActor, { episodes }: SimulationEvaluation, isFilming: boolean) {
    this.#actor = actor
    this.#episodes = episodes
    this.#isFilming = isFilming
  }

  /** To be passed as the evaluation's `watch`. */
  readonly watch: NonNullable<SimulationEvaluation['watch']> = async (env) => {
    const { onArm, task } = this.#actor
    const { mainThresholdM } = task.success
    const stepS = 1 / onArm.control.policyRateHz
    const tracks = env.tasks.map(() => new EpisodeTrack(mainThresholdM, stepS))
    const film = this.#isFilming ? new EpisodeFilm(this.#actor, env) : undefined
    return async ({ episode, step }: EvaluationMoment) => {
      for (const [k, track] of tracks.entries()) {
        const { outcome } = env.tasks[k]!
        if (step === 0) track.begin(outcome)
        else track.add(outcome)
      }
      film?.keep(step)
      if (step === env.episodeSteps) this.#end(episode, tracks, film)
    }
  }

  /** The most frequent first. */
  failures(): KnownFailure[] {
    return [...this.#found.values()].sort((a, b) => b.episodes - a.episodes)
  }

  #end(first: number, tracks: readonly EpisodeTrack[], film: EpisodeFilm | undefined): void {
    for (const [k, track] of tracks.slice(0, this.#episodes - first).entries()) {
      const kind = track.failure()
      if (kind === undefined) continue
      const known = this.#found.get(kind)
      this.#found.set(
        kind,
        known === undefined
          ? {
              kind,
              episodes: 1,
              episode: first + k,
              ...(film && { film: film.episodeOf(k, first + k) }),
            }
          : { ...known, episodes: known.episodes + 1 },
      )
    }
  }
}
