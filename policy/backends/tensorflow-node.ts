import type * as tf from '@tensorflow/tfjs-core'

/** What is used of the backend that @tensorflow/tfjs-node 4.22 registers, beyond TensorFlow.js itself. */
export interface TensorflowNode {
  readonly binding: TensorflowBinding
  /** Handles of the tensors, uploaded if need be. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[]
  createOutputTensor(output: TensorflowOutput): tf.Tensor
}

export interface TensorflowOutput {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

interface TensorflowBinding {
  readonly TF_FLOAT: number
  readonly TF_INT64: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_FLOAT: number
  executeOp(
    name: string,
    attributes: readonly { name: string; type: number; value: unknown }[],
    inputs: readonly number[],
    numOutputs: number,
  ): TensorflowOutput[]
  createTensor(shape: readonly number[], dtype: number, values: Int32Array): number
  deleteTensor(id: number): void
}
