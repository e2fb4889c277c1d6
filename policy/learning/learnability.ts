import type { UpdateFigures } from '../algorithms/algorithm.ts'
import type { RolloutSummary } from './rollout-summary.ts'

/** Why a run is not going to learn, and what to change. */
export interface LearningProblem {
  readonly message: string
  readonly hint: string
}

interface Symptom {
  /** Successive updates that must show it. */
  readonly updates: number
  readonly isShown: (rollout: RolloutSummary, figures: UpdateFigures) => boolean
  readonly problem: (rollout: RolloutSummary, updates: number) => LearningProblem
}

/** PPO aims at 0.02 to 0.05 per update: at 0.5 the ratios of its loss mean nothing any more. */
const EXPLODED_KL = 0.5
/** A healthy policy keeps its means off the clip, exploration carries a third of the actions beyond. */
const SATURATED_SHARE = 0.9

const SYMPTOMS: readonly Symptom[] = [
  {
    updates: 20,
    isShown: ({ minReward, maxReward }) => minReward === maxReward,
    problem: ({ minReward }, updates) => ({
      message: `every reward of the last ${updates} updates was ${minReward}: nothing tells better actions from worse`,
      hint: 'weight a dense term in rewards, begin nearer the goal (curriculum.goalDistanceFrom), or start from a policy that succeeds at times (--warm-start)',
    }),
  },
  {
    updates: 10,
    isShown: ({ saturatedShare }) => saturatedShare > SATURATED_SHARE,
    problem: ({ saturatedShare }, updates) => ({
      message: `for ${updates} updates over ${Math.floor(100 * saturatedShare)} % of the actions lay beyond ±1, where the arm clips them: exploration changes nothing`,
      hint: 'a greater meanPenalty or a smaller logStd in the algorithm config',
    }),
  },
  {
    updates: 5,
    isShown: (_rollout, { kl = 0 }) => kl > EXPLODED_KL,
    problem: (_rollout, updates) => ({
      message: `for ${updates} updates the policy moved by a KL over ${EXPLODED_KL} each: it forgets faster than it learns`,
      hint: 'smaller learningRate.min and learningRate.initial, or fewer epochs, in the algorithm config',
    }),
  },
]

/** Looks at each update for signs that a run cannot learn. */
export class LearnabilityWatch {
  readonly #shownFor = SYMPTOMS.map(() => 0)

  /** @returns the problems that have become plain with this update, each once */
  look(rollout: RolloutSummary, figures: UpdateFigures): LearningProblem[] {
    return SYMPTOMS.flatMap(({ updates, isShown, problem }, k) => {
      if (this.#shownFor[k]! >= updates) return []
      this.#shownFor[k] = isShown(rollout, figures) ? this.#shownFor[k]! + 1 : 0
      return this.#shownFor[k] === updates ? [problem(rollout, updates)] : []
    })
  }
}
