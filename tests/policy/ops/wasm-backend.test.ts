import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { benchMatMul, benchUpdate } from '../../../bridge/bench/bench-update.ts'
import type { Backend } from '../../../policy/backends/backend.ts'
import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import { openWasmHeap, probeWasmHeap, type WasmHeap } from '../../../policy/backends/wasm-heap.ts'
import { hasKernel } from '../../../policy/ops/has-kernel.ts'

const SMALL = { steps: 3, batch: 4, observation: 5, critic: 6, action: 2, actorHidden: 8 }

describe('the WebAssembly backend', () => {
  let backend: Backend | undefined
  afterEach(() => {
    backend?.release()
    backend = undefined
  })

  it('runs ordinary matrix products of TensorFlow.js through our kernels, batches included', async () => {
    backend = await startWasmBackend()
    tf.tidy(() => {
      const a = tf.reshape(tf.range(0, 24), [2, 3, 4])
      const b = tf.reshape(tf.range(0, 40), [2, 4, 5])
      const one = tf.slice(b, 0, 1)
      // First element of each product by hand: Σ a[0,0,k]·b[0,k,0] = 0·0 + 1·5 + 2·10 + 3·15
      expect(tf.matMul(a, b).dataSync()[0]).toBe(70)
      // a[1,0,:] = 12..15 with b[1,:,0] = 20, 25, 30, 35
      expect(tf.matMul(a, b).dataSync()[15]).toBe(12 * 20 + 13 * 25 + 14 * 30 + 15 * 35)
      expect(tf.matMul(a, one).dataSync()[15]).toBe(13 * 5 + 14 * 10 + 15 * 15)
      const straight = tf.matMul(a, b).dataSync()
      const turned = tf.matMul(tf.transpose(a, [0, 2, 1]), b, true, false).dataSync()
      expect([...turned]).toEqual([...straight])
    })
  })

  it('leaves what the kernels lack to TensorFlow.js: other fused activations', async () => {
    backend = await startWasmBackend()
    tf.tidy(() => {
      const layer = tf.fused.matMul({
        a: tf.tensor2d([[1, 2]]),
        b: tf.tensor2d([[1], [-1]]),
        bias: tf.tensor1d([1]),
        activation: 'sigmoid',
      })
      expect(layer.dataSync()[0]).toBeCloseTo(0.5, 6)
    })
  })

  it.each([0, 1, 2, -1])('splits along axis %i into parts of any size', async (axis) => {
    backend = await startWasmBackend()
    tf.tidy(() => {
      const x = tf.reshape(tf.range(0, 60), [3, 4, 5]) as tf.Tensor3D
      const along = axis < 0 ? axis + 3 : axis
      const length = x.shape[along]!
      const parts = tf.split(x, [1, length - 1], axis)
      const from = [0, 0, 0]
      for (const [k, size] of [1, length - 1].entries()) {
        const shape = x.shape.map((each, i) => (i === along ? size : each))
        expect(parts[k]!.shape).toEqual(shape)
        expect([...parts[k]!.dataSync()]).toEqual([...tf.slice(x, from, shape).dataSync()])
        from[along] = size
      }
    })
  })

  it('shares the data of clones, and frees them once', async () => {
    backend = await startWasmBackend()
    const before = tf.memory().numBytes
    const x = tf.tensor1d([1, 2, 3])
    const twin = tf.clone(x)
    x.dispose()
    expect([...twin.dataSync()]).toEqual([1, 2, 3])
    twin.dispose()
    expect(tf.memory().numBytes).toBe(before)
  })

  it('takes its kernels out again on release', async () => {
    const started = await startWasmBackend()
    expect(hasKernel('LstmSequence')).toBe(true)
    started.release()
    expect(hasKernel('LstmSequence')).toBe(false)
    const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync())
    expect([...product]).toEqual([3, 3, 3, 3])
  })

  it('refuses a heap on which tensors are not where it says', async () => {
    backend = await startWasmBackend()
    const wrong = { memory: { buffer: new ArrayBuffer(64) }, pointer: () => 0 }
    expect(probeWasmHeap(wrong as unknown as WasmHeap)).toBe(false)
  })

  it('refuses a TensorFlow.js whose internals it does not know', async () => {
    backend = await startWasmBackend()
    const opened = openWasmHeap({ core: '4.22.0', wasm: '4.23.0' })
    expect(opened).toEqual({ reason: 'TensorFlow.js 4.22.0 with WebAssembly 4.23.0, not 4.22.0' })
  })

  it('leaves the handlers of the process alone', async () => {
    const before = process.rawListeners('uncaughtException')
    backend = await startWasmBackend()
    expect(process.rawListeners('uncaughtException')).toEqual(before)
  })

  it('lets an update of the bench run without leaving tensors behind', async () => {
    backend = await startWasmBackend()
    const clock = { now: () => 0 }
    const result = await benchUpdate({ backend, clock, repeats: 1, ...SMALL, criticHidden: 8 })
    expect(result.tensorsLeaked).toBe(0)
    expect(result.backend).toBe('wasm')
    expect(tf.memory().numTensors).toBe(0)
    let timeS = 0
    const ticking = { now: () => timeS++ }
    // 2·10·10·10 operations in one second of that clock
    expect(benchMatMul({ clock: ticking, m: 10, n: 10, k: 10 })).toBeCloseTo(2e-6, 12)
  })
})
