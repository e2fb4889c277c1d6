import * as tf from '@tensorflow/tfjs-core'
import type { ActorCriticGradients } from '../learning/gradient-source.ts'
import type { Minibatch } from '../learning/minibatch.ts'
import { actorForward } from '../networks/actor.ts'
import type { ActorCritic } from '../networks/actor-critic.ts'
import { criticForward } from '../networks/critic.ts'
import { type PpoLossOptions, ppoLoss } from '../ops/index.ts'
import { imitationLoss } from './imitation-loss.ts'
import type { PpoConfig } from './ppo.schema.ts'

/** Gradients of `weight` times the joint loss, and its figures; call inside a tidy. */
export function ppoGradients(
  { shape, actor, critic }: ActorCritic,
  batch: Minibatch,
  config: PpoLossOptions & Pick<PpoConfig, 'expertWeight'>,
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
    const total =
      config.expertWeight === 0 ? loss : tf.add(loss, tf.mul(ofExpert(mean), config.expertWeight))
    return (weight === 1 ? total : tf.mul(total, weight)) as tf.Scalar
  }
  const ofExpert = (mean: tf.Tensor2D) => imitationLoss(mean, batch.label, tf.ones([mean.shape[0]]))
  const { grads } = tf.variableGrads(computeLoss, [...actor.variables, ...critic.variables])
  const gradientsOf = ({ variables }: ActorCritic['actor' | 'critic']) =>
    variables.map((variable) => grads[variable.name]!)
  return { actor: gradientsOf(actor), critic: gradientsOf(critic), figures: lossFigures! }
}
