import * as tf from '@tensorflow/tfjs-core'
import {
  ACTIVATIONS_WGSL,
  type GpuProgram,
  lanesFor,
  part,
  runProgram,
  sized,
  type WebgpuBackend,
} from '../../backends/webgpu-program.ts'
import { LSTM_SEQUENCE, LSTM_SEQUENCE_GRADIENT } from './gradient.ts'

type Tensors = Record<string, tf.Tensor>
type Sizes = readonly [steps: number, batch: number, hidden: number]

/**
 * The sequence on the `webgpu` backend: products with the inputs as usual, the recurrence as one dispatch
 * in which each workgroup takes a row of the batch through all steps.
 */
export function lstmSequenceWebgpu(backend: WebgpuBackend): Record<string, tf.KernelFunc> {
  return {
    [LSTM_SEQUENCE]: ({ inputs }) => tf.tidy(() => forward(backend, inputs as Tensors)),
    [LSTM_SEQUENCE_GRADIENT]: ({ inputs }) => tf.tidy(() => backward(backend, inputs as Tensors)),
  }
}

/** Where things lie in the tape, in floats: hs, gates [T, B, 4H], masked h and c before, tanh(c), cT. */
const tapeOf = ([steps, batch, hidden]: Sizes) => {
  const all = steps * batch * hidden
  const offsets = { gates: all, hBefore: 5 * all, cBefore: 6 * all, tanhC: 7 * all, cT: 8 * all }
  return { ...offsets, size: 8 * all + batch * hidden }
}

function forward(backend: WebgpuBackend, inputs: Tensors): tf.Tensor[] {
  const { x, h0, c0, mask, wx, wh, b } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = h0!.shape[1]!
  const sizes = [steps, batch, hidden] as const
  const sums = tf.add(tf.matMul(tf.reshape(x!, [steps * batch, size]), wx! as tf.Tensor2D), b!)
  const tape = runProgram(backend, forwardProgram(sizes), [sums, h0!, c0!, mask!, wh!])
  const hs = part(tape, 0, [steps, batch, hidden])
  const cT = part(tape, tapeOf(sizes).cT, [batch, hidden])
  return [hs, cT, sized(backend, tape, 1)]
}

function backward(backend: WebgpuBackend, inputs: Tensors): tf.Tensor[] {
  const { dhs, dcT, x, mask, wx, wh, tape0 } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = wh!.shape[0]!
  const sizes = [steps, batch, hidden] as const
  const [rows, width] = [steps * batch, 4 * hidden]
  const tape = sized(backend, tape0!, tapeOf(sizes).size)
  const result = runProgram(backend, backwardProgram(sizes), [dhs!, dcT!, mask!, wh!, tape])
  const dGates = part(result, 0, [rows, width]) as tf.Tensor2D
  const hBefore = part(tape, tapeOf(sizes).hBefore, [rows, hidden]) as tf.Tensor2D
  const dx = tf.matMul(dGates, wx! as tf.Tensor2D, false, true)
  return [
    tf.reshape(dx, [steps, batch, size]),
    tf.matMul(tf.reshape(x!, [rows, size]) as tf.Tensor2D, dGates, true, false),
    tf.matMul(hBefore, dGates, true, false),
    tf.sum(dGates, 0),
    part(result, rows * width, [batch, hidden]),
    part(result, rows * width + batch * hidden, [batch, hidden]),
  ]
}

function forwardProgram(sizes: Sizes): GpuProgram {
  const [steps, batch, hidden] = sizes
  const lanes = lanesFor(hidden)
  const { gates, hBefore, cBefore, tanhC, cT, size } = tapeOf(sizes)
  const code = `${ACTIVATIONS_WGSL}
const H = ${hidden};
var<workgroup> h: array<f32, H>;
var<workgroup> c: array<f32, H>;
var<workgroup> hNext: array<f32, H>;
fn run(row: i32, lane: i32) {
  for (var j = lane; j < H; j += ${lanes}) {
    h[j] = h0[row * H + j];
    c[j] = c0[row * H + j];
  }
  for (var t = 0; t < ${steps}; t++) {
    let at = t * ${batch} + row;
    for (var j = lane; j < H; j += ${lanes}) {
      h[j] *= mask[at];
      c[j] *= mask[at];
      result[${hBefore} + at * H + j] = h[j];
      result[${cBefore} + at * H + j] = c[j];
    }
    workgroupBarrier();
    for (var j = lane; j < H; j += ${lanes}) {
      let g = 4 * at * H + j;
      var sum = vec4<f32>(sums[g], sums[g + H], sums[g + 2 * H], sums[g + 3 * H]);
      for (var k = 0; k < H; k++) {
        let w = 4 * k * H + j;
        sum += h[k] * vec4<f32>(wh[w], wh[w + H], wh[w + 2 * H], wh[w + 3 * H]);
      }
      let gate = vec4<f32>(sigma(sum.x), sigma(sum.y), squash(sum.z), sigma(sum.w));
      c[j] = gate.y * c[j] + gate.x * gate.z;
      let squashed = squash(c[j]);
      hNext[j] = gate.w * squashed;
      for (var n = 0; n < 4; n++) { result[${gates} + g + n * H] = gate[n]; }
      result[${tanhC} + at * H + j] = squashed;
      result[at * H + j] = hNext[j];
    }
    workgroupBarrier();
    for (var j = lane; j < H; j += ${lanes}) { h[j] = hNext[j]; }
  }
  for (var j = lane; j < H; j += ${lanes}) { result[${cT} + row * H + j] = c[j]; }
}`
  return {
    key: `lstm-forward-${sizes.join('x')}`,
    inputs: ['sums', 'h0', 'c0', 'mask', 'wh'],
    ...{ size, workgroups: batch, workgroupSize: lanes, code },
  }
}

/** Result: dGates [T, B, 4H], dh0, dc0. */
function backwardProgram(sizes: Sizes): GpuProgram {
  const [steps, batch, hidden] = sizes
  const lanes = lanesFor(hidden)
  const { gates, cBefore, tanhC } = tapeOf(sizes)
  const all = steps * batch * hidden
  const code = `
const H = ${hidden};
var<workgroup> dh: array<f32, H>;
var<workgroup> dc: array<f32, H>;
var<workgroup> dSums: array<f32, 4 * H>;
fn run(row: i32, lane: i32) {
  for (var j = lane; j < H; j += ${lanes}) {
    dh[j] = 0.0;
    dc[j] = dcT[row * H + j];
  }
  for (var t = ${steps - 1}; t >= 0; t--) {
    let at = t * ${batch} + row;
    for (var j = lane; j < H; j += ${lanes}) {
      let g = ${gates} + 4 * at * H + j;
      let gate = vec4<f32>(tape[g], tape[g + H], tape[g + 2 * H], tape[g + 3 * H]);
      let squashed = tape[${tanhC} + at * H + j];
      let dOut = dhs[at * H + j] + dh[j];
      let cell = dc[j] + dOut * gate.w * (1.0 - squashed * squashed);
      let dGate = vec4<f32>(
        cell * gate.z * gate.x * (1.0 - gate.x),
        cell * tape[${cBefore} + at * H + j] * gate.y * (1.0 - gate.y),
        cell * gate.x * (1.0 - gate.z * gate.z),
        dOut * squashed * gate.w * (1.0 - gate.w));
      for (var n = 0; n < 4; n++) {
        dSums[n * H + j] = dGate[n];
        result[(4 * at + n) * H + j] = dGate[n];
      }
      dc[j] = mask[at] * cell * gate.y;
    }
    workgroupBarrier();
    for (var j = lane; j < H; j += ${lanes}) {
      var sum = 0.0;
      for (var n = 0; n < 4 * H; n++) { sum += dSums[n] * wh[4 * j * H + n]; }
      dh[j] = mask[at] * sum;
    }
    workgroupBarrier();
  }
  for (var j = lane; j < H; j += ${lanes}) {
    result[${4 * all} + row * H + j] = dh[j];
    result[${4 * all + batch * hidden} + row * H + j] = dc[j];
  }
}`
  return {
    key: `lstm-backward-${sizes.join('x')}`,
    inputs: ['dhs', 'dcT', 'mask', 'wh', 'tape'],
    size: 4 * all + 2 * batch * hidden,
    ...{ workgroups: batch, workgroupSize: lanes, code },
  }
}
