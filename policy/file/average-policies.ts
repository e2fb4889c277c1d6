import { CodedError } from '../../configs/load/coded-error.ts'
import { specHash } from '../../robot/io/spec.ts'
import type { ActorParameters, PerTensor } from '../networks/actor-parameters.ts'
import type { PolicyFacts } from './metadata.schema.ts'

const NORMALISER = 'normaliser'

/** A policy that a mean is made of, and what to call it in errors. */
export interface NamedPolicy {
  readonly name: string
  readonly parameters: ActorParameters
  readonly metadata: PolicyFacts
}

/**
 * The mean of several policies' weights, which acts more surely than each of them where all come from one training: they
 * lie about the same optimum, each with noise of its own ("model soup", Wortsman et al. 2022, arXiv 2203.05482). Told of
 * itself is what the first says, but no evaluation. Throws POLICY_MISMATCH for policies of different arms, tasks,
 * networks or normalisers: the mean of such weights means nothing.
 *
 * @param policies - one at least
 */
export function averagePolicies(policies: readonly NamedPolicy[]): {
  readonly parameters: ActorParameters
  readonly metadata: PolicyFacts
} {
  const [first, ...others] = policies as readonly [NamedPolicy, ...NamedPolicy[]]
  for (const other of others) checkFellow(first, other)
  const { shape, normClip, tensors } = first.parameters
  const means = Object.entries(tensors).map(([name, { length }]) => {
    const sum = new Float64Array(length)
    for (const { parameters } of policies) addTo(sum, tensorOf(parameters, name))
    return [name, Float32Array.from(sum, (value) => value / policies.length)]
  })
  return {
    parameters: { shape, normClip, tensors: Object.fromEntries(means) as PerTensor<Float32Array> },
    metadata: { ...first.metadata, evaluation: { averageOf: policies.length } },
  }
}

function checkFellow(first: NamedPolicy, other: NamedPolicy): void {
  const what = differenceOf(first, other)
  if (what === undefined) return
  const message = `${other.name} has another ${what} than ${first.name}`
  throw new CodedError('POLICY_MISMATCH', message, {
    hint:
      what === NORMALISER
        ? 'a run’s normaliser moves in its first updates: average later checkpoints, or runs that began with the same --warm-start'
        : 'average checkpoints of one run, or of runs that began with the same --warm-start',
  })
}

/** What keeps two policies apart, the plainest first; undefined where nothing does. */
function differenceOf(first: NamedPolicy, other: NamedPolicy): string | undefined {
  const [a, b] = [first.metadata, other.metadata]
  if (a.arm.name !== b.arm.name) return 'arm'
  if (a.task !== b.task) return 'task'
  if (specHash(a.control) !== specHash(b.control)) return 'observation or control'
  const [p, q] = [first.parameters, other.parameters]
  if (JSON.stringify(p.shape) !== JSON.stringify(q.shape)) return 'network'
  const isSame = (name: 'normMean' | 'normStd') =>
    p.tensors[name].every((value, k) => value === q.tensors[name][k])
  const isNormaliserSame = p.normClip === q.normClip && isSame('normMean') && isSame('normStd')
  return isNormaliserSame ? undefined : NORMALISER
}

function tensorOf({ tensors }: ActorParameters, name: string): Float32Array {
  return (tensors as Readonly<Record<string, Float32Array>>)[name]!
}

function addTo(sum: Float64Array, values: Float32Array): void {
  for (let k = 0; k < sum.length; k++) sum[k]! += values[k]!
}
