import type { PpoExperience, PpoLossOptions, PpoPrediction } from './index.ts'

export const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)

type Arrays<Names extends string> = Readonly<Record<Names, Float32Array>>

export type PpoLossInputs = Arrays<keyof PpoPrediction | keyof PpoExperience>

/** Receives the loss [1], its figures [4] and its gradients, shaped as the prediction. */
export type PpoLossOutputs = Arrays<'loss' | 'figures' | 'dMean' | 'dLogStd' | 'dValues'>

/** Loss and gradients in one pass over the rows, in double precision. */
export function ppoLossOnArrays(
  inputs: PpoLossInputs,
  { clip, dualClip, valueWeight, meanPenalty, meanLimit }: PpoLossOptions,
  { loss, figures, dMean, dLogStd, dValues }: PpoLossOutputs,
): void {
  const { mean, logStd, values, action, logProb, advantage, target } = inputs
  const [rows, size] = [values.length, logStd.length]
  const inverseStd = Float64Array.from(logStd, (each) => Math.exp(-each))
  const spread = new Float64Array(size)
  const constant = logStd.reduce((sum, each) => sum + each, size * LOG_SQRT_2PI)
  let [gain, valueLoss, penalty, kl, numClipped] = [0, 0, 0, 0, 0]
  for (let row = 0; row < rows; row++) {
    const first = row * size
    let squares = 0
    for (let j = 0; j < size; j++) {
      squares += ((action[first + j]! - mean[first + j]!) * inverseStd[j]!) ** 2
    }
    const logRatio = -0.5 * squares - constant - logProb[row]!
    const ratio = Math.exp(logRatio)
    const unclipped = ratio * advantage[row]!
    const clipped = Math.min(Math.max(ratio, 1 - clip), 1 + clip) * advantage[row]!
    const floor = dualClip * Math.min(advantage[row]!, 0)
    gain += Math.max(unclipped <= clipped ? unclipped : clipped, floor)
    kl += 2 * (1 - Math.sqrt(ratio)) ** 2
    const isOutside = Math.abs(ratio - 1) > clip
    if (isOutside) numClipped++
    // What the log-probability of the action is worth: nothing where clipping decides.
    const isFree = (unclipped <= clipped || !isOutside) && unclipped >= floor
    const slope = isFree ? -unclipped / rows : 0
    for (let j = 0; j < size; j++) {
      const mu = mean[first + j]!
      const z = (action[first + j]! - mu) * inverseStd[j]!
      const excess = Math.max(Math.abs(mu) - meanLimit, 0)
      penalty += excess * excess
      const push = ((2 * meanPenalty) / (rows * size)) * excess * Math.sign(mu)
      dMean[first + j] = slope * z * inverseStd[j]! + push
      spread[j] = spread[j]! + slope * (z * z - 1)
    }
    const error = values[row]! - target[row]!
    valueLoss += error * error
    dValues[row] = ((2 * valueWeight) / rows) * error
  }
  dLogStd.set(spread)
  figures.set([-gain / rows, valueLoss / rows, kl / rows, numClipped / rows])
  loss[0] = (valueWeight * valueLoss - gain) / rows + (meanPenalty * penalty) / (rows * size)
}
