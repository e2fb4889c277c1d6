import { RecallEnv } from './recall-env.ts'

/** An `EnvironmentFactory`; a config `{ failsAt }` makes the n-th step throw. */
export function createRecallEnv(
  config: { readonly failsAt?: number },
  { numEnvs }: { readonly numEnvs: number },
): RecallEnv {
  const env = new RecallEnv(numEnvs)
  if (config.failsAt === undefined) return env
  const step = env.step.bind(env)
  let left = config.failsAt
  env.step = (actions) => {
    if (--left === 0) throw new Error('the solver diverged')
    step(actions)
  }
  return env
}
