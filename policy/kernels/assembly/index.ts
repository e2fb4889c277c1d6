// What the module exports. No static data and no heap: it runs on whatever memory is imported.
export { activationBackward, activationForward } from './activations'
export { adam, sumOfSquares } from './adam'
export { columnSum, dense, denseScratchBytes, matmul, matmulScratchBytes } from './gemm'
export {
  gruBackward,
  gruBackwardScratchBytes,
  gruForward,
  gruForwardScratchBytes,
  gruTapeBytes,
} from './gru'
export {
  lstmBackward,
  lstmBackwardScratchBytes,
  lstmForward,
  lstmForwardScratchBytes,
  lstmStep,
  lstmStepScratchBytes,
  lstmTapeBytes,
} from './lstm'
export { copyBlock } from './tile'
