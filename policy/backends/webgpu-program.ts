import * as tf from '@tensorflow/tfjs-core'

/** What is used of the backend that @tensorflow/tfjs-backend-webgpu 4.22 registers. */
export interface WebgpuBackend {
  readonly device: {
    addEventListener(
      type: 'uncapturederror',
      listener: (event: { readonly error: { readonly message: string } }) => void,
    ): void
  }
  incRef(dataId: object): void
  runWebGPUProgram(
    program: object,
    inputs: readonly tf.TensorInfo[],
    dtype: tf.DataType,
  ): tf.TensorInfo
}

export interface GpuProgram {
  /** Fixes the code: equal keys, equal code. */
  readonly key: string
  /** Names of the input arrays in the code. */
  readonly inputs: readonly string[]
  /** Floats of the one output array, `result`. */
  readonly size: number
  readonly workgroups: number
  readonly workgroupSize: number
  /** WGSL: a function `run(group: i32, lane: i32)` and what it needs at module scope. */
  readonly code: string
}

/** Runs a compute shader on tensors. @returns `result`, one long vector */
export function runProgram(
  backend: WebgpuBackend,
  { key, inputs, size, workgroups, workgroupSize, code }: GpuProgram,
  tensors: readonly tf.TensorInfo[],
): tf.Tensor1D {
  const program = {
    shaderKey: key,
    variableNames: inputs,
    outputShape: [size],
    dispatchLayout: { x: [0] },
    dispatch: [workgroups, 1, 1],
    workgroupSize: [workgroupSize, 1, 1],
    // The uniforms must be read, or the layout worked out of the code would lack them.
    getUserCode: () => `${code}
fn main(index: i32) {
  if (uniforms.outShape > 0) { run(i32(workgroupId.x), i32(localId.x)); }
}`,
  }
  const flat = tensors.map(({ dataId, dtype, shape }) => {
    return { dataId, dtype, shape: [tf.util.sizeFromShape(shape)] }
  })
  const result = backend.runWebGPUProgram(program, flat, 'float32')
  return tf.engine().makeTensorFromTensorInfo(result) as tf.Tensor1D
}

/** The same memory under another size: a tape says that it holds one float, so that nobody makes zeros of it. */
export function sized(
  backend: WebgpuBackend,
  { dataId }: tf.TensorInfo,
  size: number,
): tf.Tensor1D {
  backend.incRef(dataId as object)
  const tensor = { dataId, shape: [size], dtype: 'float32' } as const
  return tf.engine().makeTensorFromTensorInfo(tensor as unknown as tf.TensorInfo) as tf.Tensor1D
}

/** A part of a long vector, as a tensor of its own. */
export function part(vector: tf.Tensor1D, offset: number, shape: number[]): tf.Tensor {
  return tf.reshape(tf.slice(vector, offset, tf.util.sizeFromShape(shape)), shape)
}

/** Threads of a workgroup that share out `hidden` units. */
export const lanesFor = (hidden: number) => Math.min(hidden, 256)

/** Exact enough in single precision, and finite wherever x is. */
export const ACTIVATIONS_WGSL = `
fn sigma(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }
fn squash(x: f32) -> f32 {
  let e = exp(-2.0 * min(abs(x), 20.0));
  return sign(x) * (1.0 - e) / (1.0 + e);
}
`
