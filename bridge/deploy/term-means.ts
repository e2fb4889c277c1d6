import type { EvaluationMoment } from '../../policy/evaluate/evaluate-vec-env.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { SimulationEvaluation } from './evaluate-simulation.ts'

/** What the reward terms of an evaluation in simulation come to, whatever they weigh. */
export class TermMeans {
  readonly #episodes: number
  readonly #sums = new Map<string, number>()
  #numSteps = 0

  constructor({ episodes }: Pick<SimulationEvaluation, 'episodes'>) {
    this.#episodes = episodes
  }

  /** To be passed as the evaluation's `watch`. */
  readonly watch = async (env: TaskEnv) => {
    return async ({ episode, step }: EvaluationMoment): Promise<void> => {
      if (step === 0) return
      const { terminated, termNames, terms } = env
      const numArms = Math.min(env.numEnvs, this.#episodes - episode)
      for (let arm = 0; arm < numArms; arm++) {
        // Of a simulation that has broken down nothing is a number.
        if (terminated[arm] === 1) continue
        this.#numSteps++
        for (const [k, name] of termNames.entries()) {
          const term = terms[arm * termNames.length + k]!
          this.#sums.set(name, (this.#sums.get(name) ?? 0) + term)
        }
      }
    }
  }

  /** By name, unweighted, per step. */
  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#numSteps]))
  }
}
