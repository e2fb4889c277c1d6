import type { RandomStream } from '../model/random.ts'
import { symmetricEigen } from '../model/symmetric-eigen.ts'

export interface CmaEsOptions {
  readonly start: Float64Array
  /** First standard deviation of the search, the same along every axis. */
  readonly sigma: number
  readonly random: RandomStream
  /** Offspring in a generation, as a multiple of the default: more sees through rougher valleys. */
  readonly populationScale?: number | undefined
  /** A stage ends when the best values of the last generations differ by less. */
  readonly tolerance: number
}

/** A search goes on from stage to stage where it is; the last one's objective is what is minimised. */
export interface CmaEsStage {
  readonly objective: (x: Float64Array) => number
  readonly maxEvaluations: number
}

export interface CmaEsResult {
  readonly best: Float64Array
  readonly value: number
  readonly numEvaluations: number
}

/**
 * Minimises a function of n numbers without derivatives, led by rougher ones first if there are any: CMA-ES with
 * weighted recombination, cumulative step length and rank-one and rank-µ updates (Hansen, The CMA Evolution
 * Strategy: A Tutorial, arXiv 1604.00772, with its default constants). Takes discontinuities as they come. Same
 * stream, same result.
 */
export function minimiseCmaEs(stages: readonly CmaEsStage[], options: CmaEsOptions): CmaEsResult {
  const { start, random, tolerance } = options
  const n = start.length
  const numOffspring = Math.round(
    (options.populationScale ?? 1) * (4 + Math.floor(3 * Math.log(n))),
  )
  const weights = recombinationWeights(numOffspring)
  const numParents = weights.length
  const muEff = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0)
  const cSigma = (muEff + 2) / (n + muEff + 5)
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma
  const cC = (4 + muEff / n) / (n + 4 + (2 * muEff) / n)
  const c1 = 2 / ((n + 1.3) ** 2 + muEff)
  const cMu = Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff))
  const expectedNorm = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))

  const mean = start.slice()
  const covariance = identity(n)
  const scratch = new Float64Array(n * n)
  const axes = identity(n)
  const lengths = new Float64Array(n).fill(1)
  const pathSigma = new Float64Array(n)
  const pathC = new Float64Array(n)
  const steps = Array.from({ length: numOffspring }, () => new Float64Array(n))
  const values = new Float64Array(numOffspring)
  const order = Array.from({ length: numOffspring }, (_, i) => i)
  const z = new Float64Array(n)
  const x = new Float64Array(n)
  const stepMean = new Float64Array(n)
  let sigma = options.sigma

  const best = new Float64Array(n)
  let value = Number.POSITIVE_INFINITY
  let numEvaluations = 0
  let generation = 0
  const patience = 10 + Math.ceil((30 * n) / numOffspring)
  for (const { objective, maxEvaluations } of stages) {
    const endEvaluations = numEvaluations + maxEvaluations
    const recent: number[] = []
    const evaluate = (at: Float64Array): number => {
      const found = objective(at)
      return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found
    }
    best.set(mean)
    value = evaluate(best)
    numEvaluations++
    for (; numEvaluations < endEvaluations; generation++) {
      for (let i = 0; i < numOffspring; i++) {
        for (let a = 0; a < n; a++) z[a] = lengths[a]! * random.normal()
        multiply(axes, z, steps[i]!, n)
        for (let a = 0; a < n; a++) x[a] = mean[a]! + sigma * steps[i]![a]!
        const found = evaluate(x)
        values[i] = found
        if (found < value) {
          value = found
          best.set(x)
        }
      }
      numEvaluations += numOffspring
      order.sort((a, b) => values[a]! - values[b]!)

      stepMean.fill(0)
      for (let p = 0; p < numParents; p++) {
        const step = steps[order[p]!]!
        for (let a = 0; a < n; a++) stepMean[a] = stepMean[a]! + weights[p]! * step[a]!
      }
      for (let a = 0; a < n; a++) mean[a] = mean[a]! + sigma * stepMean[a]!
      whiten(axes, lengths, stepMean, z, n)
      const keep = Math.sqrt(cSigma * (2 - cSigma) * muEff)
      for (let a = 0; a < n; a++) pathSigma[a] = (1 - cSigma) * pathSigma[a]! + keep * z[a]!
      const norm = Math.hypot(...pathSigma)
      const isShort =
        norm / Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1))) <
        (1.4 + 2 / (n + 1)) * expectedNorm
      const push = isShort ? Math.sqrt(cC * (2 - cC) * muEff) : 0
      for (let a = 0; a < n; a++) pathC[a] = (1 - cC) * pathC[a]! + push * stepMean[a]!
      const stays = 1 - c1 - cMu + (isShort ? 0 : c1 * cC * (2 - cC))
      for (let a = 0; a < n; a++) {
        for (let b = 0; b <= a; b++) {
          let entry = stays * covariance[a * n + b]! + c1 * pathC[a]! * pathC[b]!
          for (let p = 0; p < numParents; p++) {
            const step = steps[order[p]!]!
            entry += cMu * weights[p]! * step[a]! * step[b]!
          }
          covariance[a * n + b] = entry
          covariance[b * n + a] = entry
        }
      }
      sigma *= Math.exp((cSigma / dSigma) * (norm / expectedNorm - 1))
      scratch.set(covariance)
      symmetricEigen(scratch, axes, n)
      for (let a = 0; a < n; a++) lengths[a] = Math.sqrt(Math.max(scratch[a * n + a]!, 1e-20))

      recent.push(values[order[0]!]!)
      if (recent.length > patience) recent.shift()
      const isFlat = Math.max(...recent) - Math.min(...recent) < tolerance
      if (recent.length === patience && isFlat) break
    }
  }
  return { best, value, numEvaluations }
}

/** Of the better half, falling with the logarithm of the rank; they add up to 1. */
function recombinationWeights(numOffspring: number): number[] {
  const numParents = Math.floor(numOffspring / 2)
  const raw = Array.from(
    { length: numParents },
    (_, i) => Math.log((numOffspring + 1) / 2) - Math.log(i + 1),
  )
  const sum = raw.reduce((a, b) => a + b, 0)
  return raw.map((weight) => weight / sum)
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1
  return matrix
}

function multiply(matrix: Float64Array, vector: Float64Array, out: Float64Array, n: number): void {
  for (let a = 0; a < n; a++) {
    let sum = 0
    for (let b = 0; b < n; b++) sum += matrix[a * n + b]! * vector[b]!
    out[a] = sum
  }
}

/** C^(-1/2) vector, from the axes and lengths of C. */
function whiten(
  axes: Float64Array,
  lengths: Float64Array,
  vector: Float64Array,
  out: Float64Array,
  n: number,
): void {
  out.fill(0)
  for (let b = 0; b < n; b++) {
    let along = 0
    for (let a = 0; a < n; a++) along += axes[a * n + b]! * vector[a]!
    along /= lengths[b]!
    for (let a = 0; a < n; a++) out[a] = out[a]! + axes[a * n + b]! * along
  }
}
