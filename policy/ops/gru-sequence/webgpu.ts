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
import { GRU_SEQUENCE, GRU_SEQUENCE_GRADIENT } from './gradient.ts'

type Tensors = Record<string, tf.Tensor>
type Sizes = readonly [steps: number, batch: number, hidden: number]

/** The sequence on the `webgpu` backend, shared out as the LSTM is. */
export function gruSequenceWebgpu(backend: WebgpuBackend): Record<string, tf.KernelFunc> {
  return {
    [GRU_SEQUENCE]: ({ inputs }) => tf.tidy(() => forward(backend, inputs as Tensors)),
    [GRU_SEQUENCE_GRADIENT]: ({ inputs }) => tf.tidy(() => backward(backend, inputs as Tensors)),
  }
}

/** Where things lie in the tape, in floats: hs, gates [T, B, 3H], the state's sum for n, masked h before. */
const tapeOf = ([steps, batch, hidden]: Sizes) => {
  const all = steps * batch * hidden
  return { gates: all, candidate: 4 * all, hBefore: 5 * all, size: 6 * all }
}

function forward(backend: WebgpuBackend, inputs: Tensors): tf.Tensor[] {
  const { x, h0, mask, wx, wh, bx, bh } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = h0!.shape[1]!
  const sizes = [steps, batch, hidden] as const
  const sums = tf.add(tf.matMul(tf.reshape(x!, [steps * batch, size]), wx! as tf.Tensor2D), bx!)
  const tape = runProgram(backend, forwardProgram(sizes), [sums, h0!, mask!, wh!, bh!])
  return [part(tape, 0, [steps, batch, hidden]), sized(backend, tape, 1)]
}

function backward(backend: WebgpuBackend, inputs: Tensors): tf.Tensor[] {
  const { dhs, x, mask, wx, wh, tape: opaque } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = wh!.shape[0]!
  const sizes = [steps, batch, hidden] as const
  const [rows, width] = [steps * batch, 3 * hidden]
  const tape = sized(backend, opaque!, tapeOf(sizes).size)
  const result = runProgram(backend, backwardProgram(sizes), [dhs!, mask!, wh!, tape])
  const dInputSums = part(result, 0, [rows, width]) as tf.Tensor2D
  const dStateSums = part(result, rows * width, [rows, width]) as tf.Tensor2D
  const hBefore = part(tape, tapeOf(sizes).hBefore, [rows, hidden]) as tf.Tensor2D
  const dx = tf.matMul(dInputSums, wx! as tf.Tensor2D, false, true)
  return [
    tf.reshape(dx, [steps, batch, size]),
    tf.matMul(tf.reshape(x!, [rows, size]) as tf.Tensor2D, dInputSums, true, false),
    tf.matMul(hBefore, dStateSums, true, false),
    tf.sum(dInputSums, 0),
    tf.sum(dStateSums, 0),
    part(result, 2 * rows * width, [batch, hidden]),
  ]
}

function forwardProgram(sizes: Sizes): GpuProgram {
  const [steps, batch, hidden] = sizes
  const lanes = lanesFor(hidden)
  const { gates, candidate, hBefore, size } = tapeOf(sizes)
  const code = `${ACTIVATIONS_WGSL}
const H = ${hidden};
var<workgroup> h: array<f32, H>;
var<workgroup> hNext: array<f32, H>;
fn run(row: i32, lane: i32) {
  for (var j = lane; j < H; j += ${lanes}) { h[j] = h0[row * H + j]; }
  for (var t = 0; t < ${steps}; t++) {
    let at = t * ${batch} + row;
    for (var j = lane; j < H; j += ${lanes}) {
      h[j] *= mask[at];
      result[${hBefore} + at * H + j] = h[j];
    }
    workgroupBarrier();
    for (var j = lane; j < H; j += ${lanes}) {
      var sum = vec3<f32>(bh[j], bh[H + j], bh[2 * H + j]);
      for (var k = 0; k < H; k++) {
        let w = 3 * k * H + j;
        sum += h[k] * vec3<f32>(wh[w], wh[w + H], wh[w + 2 * H]);
      }
      let g = 3 * at * H + j;
      let r = sigma(sums[g] + sum.x);
      let z = sigma(sums[g + H] + sum.y);
      let n = squash(sums[g + 2 * H] + r * sum.z);
      hNext[j] = n + z * (h[j] - n);
      result[${gates} + g] = r;
      result[${gates} + g + H] = z;
      result[${gates} + g + 2 * H] = n;
      result[${candidate} + at * H + j] = sum.z;
      result[at * H + j] = hNext[j];
    }
    workgroupBarrier();
    for (var j = lane; j < H; j += ${lanes}) { h[j] = hNext[j]; }
  }
}`
  return {
    key: `gru-forward-${sizes.join('x')}`,
    inputs: ['sums', 'h0', 'mask', 'wh', 'bh'],
    ...{ size, workgroups: batch, workgroupSize: lanes, code },
  }
}

/** Result: gradients of the input's and of the state's sums, [T, B, 3H] each, then dh0. */
function backwardProgram(sizes: Sizes): GpuProgram {
  const [steps, batch, hidden] = sizes
  const lanes = lanesFor(hidden)
  const { gates, candidate, hBefore } = tapeOf(sizes)
  const all = steps * batch * hidden
  const code = `
const H = ${hidden};
var<workgroup> dh: array<f32, H>;
var<workgroup> dSums: array<f32, 3 * H>;
fn run(row: i32, lane: i32) {
  for (var j = lane; j < H; j += ${lanes}) { dh[j] = 0.0; }
  for (var t = ${steps - 1}; t >= 0; t--) {
    let at = t * ${batch} + row;
    for (var j = lane; j < H; j += ${lanes}) {
      let g = 3 * at * H + j;
      let r = tape[${gates} + g];
      let z = tape[${gates} + g + H];
      let n = tape[${gates} + g + 2 * H];
      let dOut = dhs[at * H + j] + dh[j];
      let dn = dOut * (1.0 - z) * (1.0 - n * n);
      let dz = dOut * (tape[${hBefore} + at * H + j] - n) * z * (1.0 - z);
      let dr = dn * tape[${candidate} + at * H + j] * r * (1.0 - r);
      result[g] = dr;
      result[g + H] = dz;
      result[g + 2 * H] = dn;
      dSums[j] = dr;
      dSums[H + j] = dz;
      dSums[2 * H + j] = dn * r;
      for (var k = 0; k < 3; k++) { result[${3 * all} + g + k * H] = dSums[k * H + j]; }
      dh[j] = dOut * z;
    }
    workgroupBarrier();
    for (var j = lane; j < H; j += ${lanes}) {
      var sum = dh[j];
      for (var k = 0; k < 3 * H; k++) { sum += dSums[k] * wh[3 * j * H + k]; }
      dh[j] = mask[at] * sum;
    }
    workgroupBarrier();
  }
  for (var j = lane; j < H; j += ${lanes}) { result[${6 * all} + row * H + j] = dh[j]; }
}`
  return {
    key: `gru-backward-${sizes.join('x')}`,
    inputs: ['dhs', 'mask', 'wh', 'tape'],
    size: 6 * all + batch * hidden,
    ...{ workgroups: batch, workgroupSize: lanes, code },
  }
}
