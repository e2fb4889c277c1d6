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
        const ours = splitState(state, batch)
        worst = Math.max(worst, largestDifference(action, expected))
        worst = Math.max(worst, largestDifference(ours.h, h), largestDifference(ours.c, c))
      }
      expect(worst).toBeLessThan(1e-6)
    },
  )

  it('names inputs, outputs and their sizes as documented', () => {
    expect(session.inputNames).toEqual(['observation', 'h', 'c'])
    expect(session.outputNames).toEqual(['action', 'h_out', 'c_out'])
  })

  it('clips the deployed action to ±1 as the graph does', async () => {
    const loud = structuredClone(parameters)
    loud.tensors.outB.set([3, -3, 0])
    loud.tensors.outW.fill(0)
    const loudBytes = writePolicyFile({ parameters: loud, metadata: FACTS })
    const policy = createPolicy(readPolicyFile(loudBytes))
    const action = new Float32Array(3)
    policy.step(new Float32Array(5), new Float32Array(policy.stateSize), action)
    expect([...action]).toEqual([1, -1, 0])
    const loudSession = await ort.InferenceSession.create(loudBytes)
    const zeros = (size: number) => new ort.Tensor('float32', new Float32Array(size), [1, size])
    const feeds = { observation: zeros(5), h: zeros(SHAPE.hidden), c: zeros(SHAPE.hidden) }
    expect([...((await loudSession.run(feeds))['action']!.data as Float32Array)]).toEqual([
      1, -1, 0,
    ])
    expect(policy.metadata.control.actionNames).toEqual(SPEC.actionNames)
  })
})

describe.each([
  ['gru', { ...SHAPE, hidden: 20, memory: 'gru' }, ['h']],
  ['none', { ...SHAPE, hidden: 20, memory: 'none' }, []],
  ['history', { ...SHAPE, hidden: 20, memory: 'history', frames: 4 }, ['history']],
] as const)('a policy with memory %s in ONNX Runtime', (_kind, shape, stateNames) => {
  it('agrees to 1e-6 over 50 steps, and says so in its metadata', async () => {
    const parameters = randomParameters(shape)
    const file = readPolicyFile(writePolicyFile({ parameters, metadata: FACTS }))
    expect(file.metadata.formatVersion).toBe(2)
    expect(Object.keys(file.metadata.recurrentState)).toEqual(stateNames)
    const session = await ort.InferenceSession.create(writePolicyFile(file))
    expect(session.inputNames).toEqual(['observation', ...stateNames])
    const batch = 3
    const runner = createActorRunner(file.parameters, batch)
    const state = new Float32Array(batch * runner.stateSize)
    const action = new Float32Array(batch * shape.action)
    let carried = new Float32Array(state.length)
    for (const observation of randomObservations(STEPS, batch * shape.observation)) {
      runner.step(observation, state, action)
      clipActions(action)
      const tensor = (values: Float32Array) =>
        new ort.Tensor('float32', values, [batch, values.length / batch])
      const feeds: Record<string, ort.Tensor> = { observation: tensor(observation) }
      for (const name of stateNames) feeds[name] = tensor(carried)
      const outputs = await session.run(feeds)
      const expected = outputs['action']!.data as Float32Array
      expect(largestDifference(action, expected)).toBeLessThan(1e-6)
      for (const name of stateNames) {
        carried = outputs[`${name}_out`]!.data as Float32Array<ArrayBuffer>
        expect(largestDifference(state, carried)).toBeLessThan(1e-6)
      }
    }
  })
})

/** Our state [batch, h then c] as h [batch, hidden] and c [batch, hidden]. */
function splitState(state: Float32Array, batch: number): { h: Float32Array; c: Float32Array } {
  const hidden = state.length / batch / 2
  const h = new Float32Array(batch * hidden)
  const c = new Float32Array(batch * hidden)
  for (let row = 0; row < batch; row++) {
    const start = 2 * row * hidden
    h.set(state.subarray(start, start + hidden), row * hidden)
    c.set(state.subarray(start + hidden, start + 2 * hidden), row * hidden)
  }
  return { h, c }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  let worst = 0
  for (let k = 0; k < a.length; k++) worst = Math.max(worst, Math.abs(a[k]! - b[k]!))
  return worst
}
