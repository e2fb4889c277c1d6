import type { VecEnv } from '../../sim/world/vec-env.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import { createActorRunner } from '../runtime/actor-runner.ts'
import { clipActions } from '../runtime/policy.ts'
import { explainedVariance, type RidgeFeatures, ridgeFeatures } from './ridge.ts'
import { takeTurn } from './take-turn.ts'

/** Share of the episodes that a read-out is judged by and not fitted to. */
const HELD_OUT = 0.25
/** Of these the one is taken that does best in as large a share of the others. */
const PENALTIES = [10, 100, 1000, 10_000, 100_000]

export interface ReadoutOptions {
  readonly episodes: number
  readonly seed: number
  /** Steps after which it is read, ascending; 0 is before the first. */
  readonly atSteps: readonly number[]
  /** The true values of an arm's draw, by name. @param out - receives one each */
  readonly readTruth: (arm: number, out: Float64Array) => void
  readonly names: readonly string[]
  readonly onProgress?: (episodesDone: number) => void
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
}

/** How well a linear map of the recurrent state tells a parameter, in episodes that it was not fitted to. */
export interface Readout {
  readonly name: string
  /** R² after each of `atSteps`; null for a parameter that does not vary, or of which too few were drawn. */
  readonly explained: readonly (number | null)[]
}

/**
 * Plays episodes with the mean action and reads the recurrent state. `env` stays the caller's. Rejects with the signal's
 * reason when it aborts.
 */
export async function readOut(
  actor: ActorParameters,
  env: VecEnv,
  options: ReadoutOptions,
): Promise<readonly Readout[]> {
  const { names, signal } = options
  const { states, truth } = await record(actor, env, options)
  const targets = names.map((_name, p) => Float64Array.from(truth, (values) => values[p]!))
  const explained = names.map((): (number | null)[] => [])
  for (const values of states) {
    await takeTurn(signal)
    const at = new JudgedReadout(values, options.episodes)
    for (const [p, target] of targets.entries()) {
      await takeTurn(signal)
      explained[p]!.push(at.explained(target))
    }
  }
  return names.map((name, p) => ({ name, explained: explained[p]! }))
}

/** Features of all episodes at one time: most to fit to, some of these to choose the penalty by, the rest to judge. */
class JudgedReadout {
  readonly #values: Float64Array
  readonly #size: number
  readonly #numFitted: number
  readonly #numTried: number
  readonly #tried: RidgeFeatures
  readonly #fitted: RidgeFeatures

  constructor(values: Float64Array, numEpisodes: number) {
    this.#values = values
    this.#size = values.length / numEpisodes
    this.#numFitted = Math.round(numEpisodes * (1 - HELD_OUT))
    this.#numTried = Math.round(this.#numFitted * (1 - HELD_OUT))
    this.#tried = ridgeFeatures(this.#rows(0, this.#numTried), this.#numTried)
    this.#fitted = ridgeFeatures(this.#rows(0, this.#numFitted), this.#numFitted)
  }

  /** R² in the episodes that nothing was fitted to; null where none could be. */
  explained(targets: Float64Array): number | null {
    const [tried, fitted] = [this.#numTried, this.#numFitted]
    if (!varies(targets.subarray(tried, fitted)) || !varies(targets.subarray(fitted))) return null
    const score = (penalty: number) =>
      explainedVariance(
        this.#tried.fit(targets.subarray(0, tried), penalty).predict(this.#rows(tried, fitted)),
        targets.subarray(tried, fitted),
      )
    const penalty = PENALTIES.reduce((best, next) => (score(next) > score(best) ? next : best))
    const fit = this.#fitted.fit(targets.subarray(0, fitted), penalty)
    const judged = this.#rows(fitted, targets.length)
    return explainedVariance(fit.predict(judged), targets.subarray(fitted))
  }

  #rows(from: number, to: number): Float64Array {
    return this.#values.subarray(from * this.#size, to * this.#size)
  }
}

function varies(values: Float64Array): boolean {
  return values.some((value) => value !== values[0])
}

/**
 * States [atSteps][episodes · size] and true values [episodes][names], in the order of the episodes; what the last batch
 * plays beyond them is left out.
 */
async function record(actor: ActorParameters, env: VecEnv, options: ReadoutOptions) {
  const { atSteps, episodes, names, seed, readTruth, onProgress, signal } = options
  const runner = createActorRunner(actor, env.numEnvs)
  const state = new Float32Array(env.numEnvs * runner.stateSize)
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  const states = atSteps.map(() => new Float64Array(episodes * runner.stateSize))
  const truth: Float64Array[] = []
  for (let episode = 0; episode < episodes; episode += env.numEnvs) {
    const numWanted = Math.min(env.numEnvs, episodes - episode)
    const wanted = state.subarray(0, numWanted * runner.stateSize)
    const keep = (step: number) => {
      const index = atSteps.indexOf(step)
      if (index >= 0) states[index]!.set(wanted, episode * runner.stateSize)
    }
    env.reset({ seed, episode, width: 1 })
    for (let arm = 0; arm < numWanted; arm++) {
      const values = new Float64Array(names.length)
      readTruth(arm, values)
      truth.push(values)
    }
    state.fill(0)
    keep(0)
    for (let step = 1; step <= env.episodeSteps; step++) {
      await takeTurn(signal)
      runner.step(env.observation, state, actions)
      clipActions(actions)
      env.step(actions)
      keep(step)
    }
    onProgress?.(episode + numWanted)
  }
  return { states, truth }
}
