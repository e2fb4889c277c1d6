import { describe, expect, it } from 'vitest'
import { averagePolicies } from '../../../policy/file/average-policies.ts'
import { readPolicyFile, writePolicyFile } from '../../../policy/file/policy-file.ts'
import type { ActorParameters } from '../../../policy/networks/actor-parameters.ts'
import { FACTS, randomParameters, SMALL_SHAPE } from './policy-fixture.ts'

const PARAMETERS = randomParameters(SMALL_SHAPE)

/** The same normaliser, each weight changed as said. */
function changed(change: (value: number) => number): ActorParameters {
  const { normMean, normStd } = PARAMETERS.tensors
  const tensors = Object.fromEntries(
    Object.entries(PARAMETERS.tensors).map(([name, values]) => [name, values.map(change)]),
  )
  return {
    ...PARAMETERS,
    tensors: { ...(tensors as ActorParameters['tensors']), normMean, normStd },
  }
}

const named = (parameters: ActorParameters, metadata = FACTS) => ({
  name: 'runs/x.onnx',
  parameters,
  metadata,
})

describe('the mean of policies', () => {
  it('has the mean of each weight, the normaliser they share, and no evaluation of its own', () => {
    const three = [changed((x) => x), changed((x) => x + 1), changed((x) => x - 4)].map((each) =>
      named(each),
    )
    const mean = averagePolicies(three)
    const { normMean, normStd, ...weights } = mean.parameters.tensors
    expect({ normMean, normStd }).toEqual({
      normMean: PARAMETERS.tensors.normMean,
      normStd: PARAMETERS.tensors.normStd,
    })
    for (const [name, values] of Object.entries(weights)) {
      const first = (PARAMETERS.tensors as Readonly<Record<string, Float32Array>>)[name]!
      for (const [k, value] of values.entries()) expect(value).toBeCloseTo(first[k]! - 1, 5)
    }
    expect(mean.metadata).toEqual({ ...FACTS, evaluation: { averageOf: 3 } })
    expect(readPolicyFile(writePolicyFile(mean)).parameters).toEqual(mean.parameters)
  })

  it('says of a young run’s checkpoints why they do not belong together yet', () => {
    const { tensors } = PARAMETERS
    const moved = { ...tensors, normMean: tensors.normMean.map((mean) => mean + 1) }
    expect(() =>
      averagePolicies([named(PARAMETERS), named({ ...PARAMETERS, tensors: moved })]),
    ).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/first updates: average later/) }),
    )
  })

  it('of one policy is that policy', () => {
    expect(averagePolicies([named(PARAMETERS)]).parameters).toEqual(PARAMETERS)
  })

  it('is not made of policies that do not belong together', () => {
    const { tensors } = PARAMETERS
    const other = { ...tensors, normStd: tensors.normStd.map((std) => 2 * std) }
    const slower = { ...FACTS.control.control, policyRateHz: 1 }
    for (const [fellow, what] of [
      [named(PARAMETERS, { ...FACTS, task: 'other' }), 'task'],
      [named(PARAMETERS, { ...FACTS, arm: { ...FACTS.arm, name: 'other' } }), 'arm'],
      [
        named(PARAMETERS, { ...FACTS, control: { ...FACTS.control, control: slower } }),
        'observation or control',
      ],
      [named(randomParameters({ ...SMALL_SHAPE, hidden: 8 })), 'network'],
      [named({ ...PARAMETERS, tensors: other }), 'normaliser'],
      [named({ ...PARAMETERS, normClip: 9 }), 'normaliser'],
    ] as const) {
      expect(() => averagePolicies([named(PARAMETERS), fellow])).toThrow(
        expect.objectContaining({
          code: 'POLICY_MISMATCH',
          message: expect.stringContaining(`another ${what} than`),
        }),
      )
    }
  })
})
