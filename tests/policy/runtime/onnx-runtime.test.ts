import * as ort from 'onnxruntime-web'
import { beforeAll, describe, expect, it } from 'vitest'
import { readPolicyFile, writePolicyFile } from '../../../policy/file/policy-file.ts'
import type { ActorShape } from '../../../policy/networks/actor-parameters.ts'
import { createActorRunner } from '../../../policy/runtime/actor-runner.ts'
import { clipActions, createPolicy } from '../../../policy/runtime/policy.ts'
import { FACTS, randomObservations, randomParameters, SPEC } from '../file/policy-fixture.ts'

/** The sizes of the shipped policies, but for the observation. */
const SHAPE: ActorShape = { observation: 5, embed: 128, hidden: 128, head: 128, action: 3 }
const STEPS = 50

describe('a policy in ONNX Runtime and in our runtime', () => {
  const parameters = randomParameters(SHAPE)
  // So that both sides of the action's clip are seen.
  parameters.tensors.outB.set([1, -0.9, 0])
  const bytes = writePolicyFile({ parameters, metadata: FACTS })
  let session: ort.InferenceSession

  beforeAll(async () => {
    ort.env.wasm.numThreads = 1
    session = await ort.InferenceSession.create(bytes)
  })

  it.each([1, 2, 3, 4, 7, 16])(
    'agrees to 1e-6 over 50 recurrent steps, batch %i',
    async (batch) => {
      const runner = createActorRunner(parameters, batch)
      const state = new Float32Array(batch * runner.stateSize)
      const action = new Float32Array(batch * SHAPE.action)
      let h = new Float32Array(batch * SHAPE.hidden)
      let c = new Float32Array(batch * SHAPE.hidden)
      let worst = 0
      let numClipped = 0
      for (const observation of randomObservations(STEPS, batch * SHAPE.observation)) {
        runner.step(observation, state, action)
        clipActions(action)
        const outputs = await session.run({
          observation: new ort.Tensor('float32', observation, [batch, SHAPE.observation]),
          h: new ort.Tensor('float32', h, [batch, SHAPE.hidden]),
          c: new ort.Tensor('float32', c, [batch, SHAPE.hidden]),
        })
        h = outputs['h_out']!.data as Float32Array<ArrayBuffer>
        c = outputs['c_out']!.data as Float32Array<ArrayBuffer>
        const expected = outputs['action']!.data as Float32Array
        worst = Math.max(worst, largestDifference(action, expected))
        worst = Math.max(worst, largestDifference(state, interleave(h, c, batch)))
        numClipped += expected.filter((a) => Math.abs(a) === 1).length
      }
      expect(worst).toBeLessThan(1e-6)
      expect(numClipped).toBeGreaterThan(0)
    },
  )

  it('names inputs, outputs and their sizes as documented', () => {
    expect(session.inputNames).toEqual(['observation', 'h', 'c'])
    expect(session.outputNames).toEqual(['action', 'h_out', 'c_out'])
  })

  it('clips the deployed action to ±1 as the graph does', () => {
    const loud = structuredClone(parameters)
    loud.tensors.outB.set([3, -3, 0])
    loud.tensors.outW.fill(0)
    const policy = createPolicy(
      readPolicyFile(writePolicyFile({ parameters: loud, metadata: FACTS })),
    )
    const action = new Float32Array(3)
    policy.step(new Float32Array(5), new Float32Array(policy.stateSize), action)
    expect([...action]).toEqual([1, -1, 0])
    expect(policy.metadata.control.actionNames).toEqual(SPEC.actionNames)
  })
})

/** h rows and c rows as our state: [batch, h then c]. */
function interleave(h: Float32Array, c: Float32Array, batch: number): Float32Array {
  const hidden = h.length / batch
  const state = new Float32Array(2 * h.length)
  for (let row = 0; row < batch; row++) {
    state.set(h.subarray(row * hidden, (row + 1) * hidden), 2 * row * hidden)
    state.set(c.subarray(row * hidden, (row + 1) * hidden), (2 * row + 1) * hidden)
  }
  return state
}

/** Absolute up to 1, relative above: the cell has no bound, and float32 has 24 bits. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  let worst = 0
  for (let k = 0; k < a.length; k++)
    worst = Math.max(worst, Math.abs(a[k]! - b[k]!) / Math.max(1, Math.abs(b[k]!)))
  return worst
}
