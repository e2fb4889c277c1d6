import { CodedError } from '../../configs/load/coded-error.ts'
import type { Oracle } from '../../sim/world/oracle.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import { type ActorRunnerOptions, createActorRunner } from '../runtime/actor-runner.ts'
import { clipActions } from '../runtime/policy.ts'

/** The task's scripted solver, or a policy that was trained on perfect sensors. */
export type ExpertChoice = 'scripted' | ActorParameters

/** Somebody who is told the truth and says what to do, in every arm, whoever acts. */
export interface Expert {
  /** All episodes begin. */
  begin(): void
  /** What to do now. @param out - receives [numEnvs, action], in -1..1 */
  advise(out: Float32Array): void
}

/**
 * The expert of an environment. Throws CONFIG_INVALID when the environment tells nobody the truth, and
 * POLICY_MISMATCH when the policy is of another task or arm.
 *
 * @param options - of a policy
 */
export function createExpert(
  choice: ExpertChoice,
  env: VecEnv,
  options?: ActorRunnerOptions,
): Expert {
  const { oracle } = env
  if (oracle === undefined) {
    throw new CodedError('CONFIG_INVALID', 'this environment has no expert', {
      hint: 'train with an algorithm that needs none, such as ppo',
    })
  }
  if (choice === 'scripted') return scriptedExpert(oracle, env)
  return policyExpert(choice, oracle, env, options)
}

function scriptedExpert(oracle: Oracle, env: VecEnv): Expert {
  const { numEnvs, observationSize, actionSize } = env
  const solvers = Array.from({ length: numEnvs }, () => oracle.createTeacher())
  const truth = new Float32Array(numEnvs * observationSize)
  return {
    begin() {
      for (const solver of solvers) solver.reset()
    },
    advise(out) {
      oracle.observe(truth)
      for (const [k, solver] of solvers.entries()) {
        solver.act(truth, k * observationSize, out, k * actionSize)
      }
      clipActions(out)
    },
  }
}

function policyExpert(
  parameters: ActorParameters,
  oracle: Oracle,
  env: VecEnv,
  options: ActorRunnerOptions | undefined,
): Expert {
  const { numEnvs, observationSize, actionSize } = env
  const { shape } = parameters
  if (shape.observation !== observationSize || shape.action !== actionSize) {
    throw new CodedError(
      'POLICY_MISMATCH',
      `the expert takes ${shape.observation} observations to ${shape.action} actions, the task has ${observationSize} and ${actionSize}`,
      { hint: 'name a policy of the same task and arm' },
    )
  }
  const runner = createActorRunner(parameters, numEnvs, options)
  const state = new Float32Array(numEnvs * runner.stateSize)
  const truth = new Float32Array(numEnvs * observationSize)
  return {
    begin: () => void state.fill(0),
    advise(out) {
      oracle.trueZeros.observe(truth)
      runner.step(truth, state, out)
      oracle.trueZeros.translate(out)
      clipActions(out)
    },
  }
}
