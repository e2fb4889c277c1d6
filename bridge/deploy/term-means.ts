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
      const { termNames, terms } = env
      const numArms = Math.min(env.numEnvs, this.#episodes - episode)
      this.#numSteps += numArms
      for (const [k, name] of termNames.entries()) {
        let sum = this.#sums.get(name) ?? 0
        for (let arm = 0; arm < numArms; arm++) sum += terms[arm * termNames.length + k]!
        this.#sums.set(name, sum)
      }
    }
  }

  /** By name, unweighted, per step. */
  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#numSteps]))
  }
}
