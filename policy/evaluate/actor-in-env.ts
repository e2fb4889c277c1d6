import { RandomStream } from '../../robot/model/random.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import { createExpert } from '../learning/expert.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import { createActorRunner } from '../runtime/actor-runner.ts'
import { clipActions } from '../runtime/policy.ts'

/** Who is evaluated: a trained policy, or one of the baselines printed beside it. */
export type EvaluatedActor =
  | { readonly kind: 'policy'; readonly parameters: ActorParameters }
  | ScriptedActor
  /** The task's teacher, told the truth. */
  | { readonly kind: 'teacher' }
  /** Uniform in -1..1, anew at every step. */
  | { readonly kind: 'random' }
  /** Action zero. */
  | { readonly kind: 'still' }

export interface ScriptedActor {
  readonly kind: 'scripted'
  /** All episodes begin. */
  readonly begin?: () => void
  readonly act: ScriptedAct
}

/** @param outAction - receives the action of arm `index`, [actionSize] in -1..1 */
export type ScriptedAct = (env: VecEnv, index: number, outAction: Float32Array) => void

/** The actor bound to an environment; its arrays are allocated here, once. */
export interface ActorInEnv {
  /** @param episode - number of the first arm's episode, as given to `env.reset` */
  begin(episode: number): void
  /** @param actions - receives [numEnvs, actionSize], in -1..1 */
  act(actions: Float32Array): void
}

/** Names the random actor's numbers among the streams of a seed. */
const RANDOM_ACTOR_STREAM = 102

export function createActorInEnv(actor: EvaluatedActor, env: VecEnv, seed: number): ActorInEnv {
  switch (actor.kind) {
    case 'policy':
      return createPolicyActor(actor.parameters, env)
    case 'scripted':
      return createScriptedActor(actor, env)
    case 'teacher':
      return createTeacherActor(env)
    case 'random':
      return createRandomActor(env, seed)
    case 'still':
      return { begin() {}, act: (actions) => void actions.fill(0) }
  }
}

function createPolicyActor(parameters: ActorParameters, env: VecEnv): ActorInEnv {
  const runner = createActorRunner(parameters, env.numEnvs)
  const state = new Float32Array(env.numEnvs * runner.stateSize)
  return {
    begin: () => void state.fill(0),
    act(actions) {
      runner.step(env.observation, state, actions)
      clipActions(actions)
    },
  }
}

function createScriptedActor(actor: ScriptedActor, env: VecEnv): ActorInEnv {
  const action = new Float32Array(env.actionSize)
  return {
    begin: () => actor.begin?.(),
    act(actions) {
      for (let index = 0; index < env.numEnvs; index++) {
        actor.act(env, index, action)
        actions.set(action, index * env.actionSize)
      }
      clipActions(actions)
    },
  }
}

function createTeacherActor(env: VecEnv): ActorInEnv {
  const expert = createExpert('scripted', env)
  return { begin: () => expert.begin(), act: (actions) => expert.advise(actions) }
}

/** One stream per episode, so that an arm's actions do not depend on how many arms play beside it. */
function createRandomActor(env: VecEnv, seed: number): ActorInEnv {
  let streams: RandomStream[] = []
  return {
    begin(episode) {
      streams = Array.from(
        { length: env.numEnvs },
        (_, index) => new RandomStream(seed, RANDOM_ACTOR_STREAM, episode + index),
      )
    },
    act(actions) {
      for (let k = 0; k < actions.length; k++) {
        actions[k] = streams[Math.floor(k / env.actionSize)]!.between(-1, 1)
      }
    },
  }
}
