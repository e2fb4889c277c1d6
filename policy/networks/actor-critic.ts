import { type ActorWeightName, actorLayout } from './actor.ts'
import { type ActorNetwork, type ActorShape, actorShape } from './actor-parameters.ts'
import { type CriticShape, type CriticWeightName, criticLayout } from './critic.ts'
import { TrainedWeights } from './trained-weights.ts'

/** The two networks that one loss trains. */
export interface ActorCritic {
  /** Of the actor. */
  readonly shape: ActorShape
  readonly actor: TrainedWeights<ActorWeightName>
  readonly critic: TrainedWeights<CriticWeightName>
}

export interface ActorCriticShapes {
  readonly actor: ActorShape
  readonly critic: CriticShape
}

export interface ActorCriticSizes {
  /** Widths of the layers. */
  readonly network: ActorNetwork & { readonly criticHidden: number }
  /** Widths of inputs and output. */
  readonly sizes: {
    readonly observation: number
    readonly critic: number
    readonly action: number
  }
  /** An actor to go on with: its shape counts. */
  readonly warmStart?: { readonly shape: ActorShape } | undefined
}

export function actorCriticShapes({
  network: { criticHidden, ...network },
  sizes: { observation, critic, action },
  warmStart,
}: ActorCriticSizes): ActorCriticShapes {
  return {
    actor: warmStart?.shape ?? actorShape(network, { observation, action }),
    critic: { input: critic, hidden: criticHidden },
  }
}

/** Networks with these weights, laid out as `actorLayout` and `criticLayout` say; copied. */
export function createActorCritic(
  shapes: ActorCriticShapes,
  weights: { readonly actor: Float32Array; readonly critic: Float32Array },
): ActorCritic {
  return {
    shape: shapes.actor,
    actor: new TrainedWeights(actorLayout(shapes.actor), weights.actor),
    critic: new TrainedWeights(criticLayout(shapes.critic), weights.critic),
  }
}

/** Values of both networks in one vector: the actor's, then the critic's. */
export interface ActorCriticVector {
  readonly whole: Float32Array
  /** The actor's part of `whole`, laid out as `actorLayout` says; a view. */
  readonly actor: Float32Array
  /** The critic's part of `whole`, laid out as `criticLayout` says; a view. */
  readonly critic: Float32Array
}

/** Lays the two parts on `whole`, or on a vector of their own. */
export function actorCriticVector(
  shapes: ActorCriticShapes,
  whole: Float32Array = new Float32Array(numWeights(shapes)),
): ActorCriticVector {
  const split = actorLayout(shapes.actor).size
  return { whole, actor: whole.subarray(0, split), critic: whole.subarray(split) }
}

export function numWeights(shapes: ActorCriticShapes): number {
  return actorLayout(shapes.actor).size + criticLayout(shapes.critic).size
}
