import * as tf from '@tensorflow/tfjs-core'
import type { ActorCriticGradients } from '../learning/gradient-source.ts'
import type { Minibatch } from '../learning/minibatch.ts'
import { actorForward } from '../networks/actor.ts'
import type { ActorCritic } from '../networks/actor-critic.ts'
import { criticForward } from '../networks/critic.ts'
import { type PpoLossOptions, ppoLoss } from '../ops/index.ts'

/** Gradients of `weight` times the joint loss, and its figures; call inside a tidy. */
export function ppoGradients(
  { shape, actor, critic }: ActorCritic,
  batch: Minibatch,
  config: PpoLossOptions,
  weight = 1,
): ActorCriticGradients {
  let lossFigures: tf.Tensor1D | undefined
  const computeLoss = () => {
    const weights = actor.named(actor.variables)
    const mean = actorForward(shape, weights, batch)
    const values = criticForward(critic.named(critic.variables), batch.critic)
    const logStd = weights.logStd as tf.Tensor1D
    const { loss, figures } = ppoLoss({ mean, logStd, values }, batch, config)
    lossFigures = tf.keep(figures)
    return (weight === 1 ? loss : tf.mul(loss, weight)) as tf.Scalar
  }
  const { grads } = tf.variableGrads(computeLoss, [...actor.variables, ...critic.variables])
  const gradientsOf = ({ variables }: ActorCritic['actor' | 'critic']) =>
    variables.map((variable) => grads[variable.name]!)
  return { actor: gradientsOf(actor), critic: gradientsOf(critic), figures: lossFigures! }
}
