import type { TrainConfig } from './train-config.schema.ts'

/** A draw that was failed in, by its episode's number, and how often it was. */
export interface FailedDraw {
  readonly episode: number
  readonly failures: number
}

/** Number of each arm's episode, and how it went. */
export interface PlayedDraws {
  readonly episodes: readonly number[]
  readonly played: readonly { readonly isAllSuccess: boolean }[]
}

/** For how many rollouts' failures there is room: a policy that mostly fails needs no list of it. */
const ROOM_IN_ROLLOUTS = 4

/**
 * What each arm plays: draws in which the policy has failed are drawn again, those that waited longest first, spread
 * over the arms and so over all workers; the others are new. A policy that succeeds in 19 of 20 draws learns little
 * from the 19. After prioritized level replay (Jiang et al. 2021, arXiv 2010.03934), with failure for its score.
 *
 * @param fresh - number of the first episode that nobody has played
 * @returns number of each arm's episode [numEnvs]
 */
export function episodesToPlay(
  waiting: readonly FailedDraw[],
  fresh: number,
  { numEnvs, curriculum }: Pick<TrainConfig, 'numEnvs' | 'curriculum'>,
): number[] {
  const episodes = Array.from({ length: numEnvs }, (_, k) => fresh + k)
  const share = curriculum.failedDraws?.share ?? 0
  const count = Math.min(waiting.length, Math.floor(share * numEnvs))
  for (let k = 0; k < count; k++) {
    episodes[Math.floor(((k + 1) * numEnvs) / count) - 1] = waiting[k]!.episode
  }
  return episodes
}

/**
 * Who waits after a rollout: what was failed in comes behind those who wait already, until the policy succeeds in it or
 * has failed too often to believe that anyone could.
 */
export function afterPlaying(
  waiting: readonly FailedDraw[],
  { episodes, played }: PlayedDraws,
  { failedDraws: config }: TrainConfig['curriculum'],
): readonly FailedDraw[] {
  if (config === undefined) return waiting
  const before = new Map(waiting.map(({ episode, failures }) => [episode, failures]))
  const failed: FailedDraw[] = []
  for (const [arm, episode] of episodes.entries()) {
    const failures = (before.get(episode) ?? 0) + 1
    before.delete(episode)
    if (!played[arm]!.isAllSuccess && failures < config.mostFailures) {
      failed.push({ episode, failures })
    }
  }
  const rest = waiting.filter(({ episode }) => before.has(episode))
  return [...rest, ...failed].slice(-ROOM_IN_ROLLOUTS * episodes.length)
}
