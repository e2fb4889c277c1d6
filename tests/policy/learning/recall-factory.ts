import { RecallEnv } from './recall-env.ts'

interface Faults {
  /** The step that throws, counted from 1. */
  readonly failsAt?: number
  /** From this step on an episode's rewards sum up to more than single precision holds. */
  readonly overflowsFrom?: number
}

/** An `EnvironmentFactory`. */
export function createRecallEnv(
  { failsAt, overflowsFrom = Infinity }: Faults,
  { numEnvs }: { readonly numEnvs: number },
): RecallEnv {
  const env = new RecallEnv(numEnvs)
  const play = env.step.bind(env)
  let step = 0
  env.step = (actions) => {
    step++
    if (step === failsAt) throw new Error('the solver diverged')
    play(actions)
    if (step >= overflowsFrom) env.reward.fill(3e38)
  }
  return env
}
