import * as tf from '@tensorflow/tfjs-core'
import { hasKernel } from '../has-kernel.ts'
import { adamStepComposite } from './composite.ts'

/**
 * Name of a backend's fused kernel: inputs m, v and p0, g0, p1, g1, …; attributes {@link AdamRates};
 * outputs the gradient norm before limiting, the new m and v, and the new parameters in order.
 */
export const ADAM_STEP = 'AdamStep'

/** Moments of all parameters, one after the other in the order given to {@link createAdamState}. */
export interface AdamState {
  /** Updates applied so far. */
  step: number
  /** First moments [number of values]. */
  readonly m: tf.Variable<tf.Rank.R1>
  /** Second moments [number of values]. */
  readonly v: tf.Variable<tf.Rank.R1>
}

/** What a checkpoint stores of an {@link AdamState}. */
export interface AdamSnapshot {
  readonly step: number
  readonly m: Float32Array
  readonly v: Float32Array
}

export interface AdamOptions {
  readonly learningRate: number
  /** Gradients are scaled down together to this Euclidean norm; absent: no limit. */
  readonly maxNorm?: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}

/** Options of one step as the kernels take them: defaults filled in, bias corrections worked out. */
export interface AdamRates {
  /** learningRate / (1 - beta1^step) */
  readonly rate: number
  /** 1 / (1 - beta2^step) */
  readonly secondScale: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Infinity: no limit. */
  readonly maxNorm: number
}

/** Fresh (zero) moments for `parameters`, or those of a checkpoint. The caller disposes `m` and `v`. */
export function createAdamState(parameters: readonly tf.Tensor[], from?: AdamSnapshot): AdamState {
  const size = parameters.reduce((sum, p) => sum + p.size, 0)
  const moment = (values: Float32Array | undefined) =>
    tf.tidy(() => tf.variable(values ? tf.tensor1d(values) : tf.zeros<tf.Rank.R1>([size]), false))
  return { step: from?.step ?? 0, m: moment(from?.m), v: moment(from?.v) }
}

export async function snapshotAdamState(state: AdamState): Promise<AdamSnapshot> {
  const [m, v] = await Promise.all([state.m.data<'float32'>(), state.v.data<'float32'>()])
  return { step: state.step, m: m.slice(), v: v.slice() }
}

export function disposeAdamState(state: AdamState): void {
  state.m.dispose()
  state.v.dispose()
}

/**
 * One Adam update (Kingma & Ba 2015) of all parameters together, with the gradient norm limited first.
 * Parameters and moments are assigned new values.
 *
 * @param gradients - in the order of `parameters`, shapes alike; left as they are
 * @returns the gradient norm before limiting, a scalar the caller disposes
 */
export function adamStep(
  parameters: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  state: AdamState,
  options: AdamOptions,
): tf.Scalar {
  state.step += 1
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, maxNorm = Infinity } = options
  const rate = options.learningRate / (1 - beta1 ** state.step)
  const secondScale = 1 / (1 - beta2 ** state.step)
  const rates: AdamRates = { rate, secondScale, beta1, beta2, epsilon, maxNorm }
  if (!hasKernel(ADAM_STEP)) return adamStepComposite(parameters, gradients, state, rates)
  return tf.tidy(() => {
    const inputs: tf.NamedTensorMap = { m: state.m, v: state.v }
    for (const [i, parameter] of parameters.entries()) {
      inputs[`p${i}`] = parameter
      inputs[`g${i}`] = gradients[i]!
    }
    const outputs = tf.engine().runKernel(ADAM_STEP, inputs, { ...rates }) as tf.Tensor[]
    const [norm, m, v, ...values] = outputs
    state.m.assign(m as tf.Tensor1D)
    state.v.assign(v as tf.Tensor1D)
    for (const [i, parameter] of parameters.entries()) parameter.assign(values[i]!)
    return norm as tf.Scalar
  })
}
