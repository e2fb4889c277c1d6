/** TensorFlow for Node, in the order in which they are taken: the one for GPUs runs without a GPU too. */
export const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/** Dawn, Chromium's WebGPU, built for Node; and TensorFlow.js on WebGPU. Both are needed. */
export const WEBGPU_PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu'] as const
