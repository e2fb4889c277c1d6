import { isWithin } from '../../sim/tasks/task.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import { type ActorInEnv, createActorInEnv, type EvaluatedActor } from './actor-in-env.ts'
import { takeTurn } from './take-turn.ts'
import { type SuccessRate, wilsonInterval } from './wilson.ts'

/**
 * A trial is several goals in one draw of physics, one after the other: what was found out on the way to the first
 * helps with the next, if the policy remembers.
 */
export interface TrialOptions {
  readonly trials: number
  /** Goals per trial. */
  readonly goals: number
  /** Whether the policy forgets at every new goal. */
  readonly isStateReset: boolean
  /** Fixes every draw together with the trial's number. */
  readonly seed: number
  /** Width of randomization, 0 nominal to 1 full. */
  readonly width: number
  readonly thresholdM: number
  readonly onProgress?: (trialsDone: number) => void
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
}

/** One goal of one trial. */
export interface Attempt {
  /** At the end [m]. */
  readonly distanceM: number
  /** Steps after which it was within the threshold for good; null when it was not at the end. */
  readonly stepsToGoal: number | null
}

/** The attempts with the first, the second … goal of all trials. */
export interface AttemptSummary {
  /** From 1. */
  readonly attempt: number
  readonly success: SuccessRate
  /** Mean over those that succeeded [s]; null when none did. */
  readonly timeToGoalS: number | null
}

/**
 * Plays trials 0 … trials - 1, whole batches at a time; `env` stays the caller's. Rejects with the signal's reason when
 * it aborts.
 *
 * @returns [trials][goals]
 */
export async function playTrials(
  actor: EvaluatedActor,
  env: VecEnv,
  options: TrialOptions,
): Promise<readonly (readonly Attempt[])[]> {
  const { trials, goals, seed, width } = options
  const player = createActorInEnv(actor, env, seed)
  const done: Attempt[][] = []
  // A script begins anew with each goal; it is no memory that is judged.
  const isScript = actor.kind === 'scripted' || actor.kind === 'teacher'
  while (done.length < trials) {
    const episode = done.length
    env.reset({ seed, episode, width })
    player.begin(episode)
    const numWanted = Math.min(env.numEnvs, trials - episode)
    const batch: Attempt[][] = Array.from({ length: numWanted }, () => [])
    for (let goal = 0; goal < goals; goal++) {
      if (goal > 0) env.newGoal()
      if (goal > 0 && (options.isStateReset || isScript)) player.begin(episode)
      const insideSince = await playGoal(player, env, options)
      for (const [k, attempts] of batch.entries()) {
        const since = insideSince[k]!
        attempts.push({ distanceM: env.distanceM[k]!, stepsToGoal: since < 0 ? null : since })
      }
    }
    done.push(...batch)
    options.onProgress?.(done.length)
  }
  return done
}

/** @returns the step since when each arm has been within the threshold, -1 for never [numEnvs] */
async function playGoal(
  player: ActorInEnv,
  env: VecEnv,
  { thresholdM, signal }: TrialOptions,
): Promise<Int32Array> {
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  const since = new Int32Array(env.numEnvs).fill(-1)
  for (let step = 1; step <= env.episodeSteps; step++) {
    await takeTurn(signal)
    player.act(actions)
    env.step(actions)
    for (let k = 0; k < since.length; k++) {
      if (!isWithin(env.distanceM[k]!, thresholdM)) since[k] = -1
      else if (since[k]! < 0) since[k] = step
    }
  }
  return since
}

export function summariseAttempts(
  trials: readonly (readonly Attempt[])[],
  { goals, stepS }: { readonly goals: number; readonly stepS: number },
): AttemptSummary[] {
  return Array.from({ length: goals }, (_, index) => {
    const steps = trials.flatMap((attempts) => attempts[index]!.stepsToGoal ?? [])
    const sum = steps.reduce((a, b) => a + b, 0)
    return {
      attempt: index + 1,
      success: wilsonInterval(steps.length, trials.length),
      timeToGoalS: steps.length === 0 ? null : (sum / steps.length) * stepS,
    }
  })
}
